#include "sim/pcapng.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "sim/adapter_table.h"
#include "sim/context.h"
#include "sim/network.h"
#include "sim/packet_pool.h"
#include "sim/scenario_values.h"
#include "sim/stable_order.h"

namespace unlease::sim {
namespace {

// --- what became of the frames
// -----------------------------------------------------------------------------------------

constexpr std::string_view kRelayed = "relayed";

// Records name a packet; which of its frames they mean follows from what they say.
class Fates {
 public:
  Fates(const Scenario& scenario, const Capture& capture)
      : scenario_(scenario),
        adapters_(scenario.adapters),
        frames_(capture.frames()),
        by_packet_(frames_.size()),
        comments_(frames_.size()) {
    for (std::uint32_t frame = 0; frame < by_packet_.size(); ++frame) by_packet_[frame] = frame;
    stable_order(by_packet_, [this](std::uint32_t frame) { return frames_[frame].ordinal; });
  }

  void take(const TraceRecord& record) {
    const auto at = [&] { return duration_text(record.at - Instant{}); };
    switch (record.kind) {
      case TraceKind::kPacketDelivered: {
        const NodeId node{low_half(record.y)};
        if (node == kStranger) {
          add(undecided(record.subject), fmt::format("left at {}", at()));
          return;
        }
        add(frame_on(record.subject, segment_of(node)), fmt::format("delivered to '{}' at {}", name_of(node), at()));
        return;
      }
      case TraceKind::kPacketDropped:
        add(undecided(record.subject),
            fmt::format("dropped at {}: {}", at(), name(static_cast<DropReason>(record.extra))));
        return;
      case TraceKind::kPacketRefused:
        add(undecided(record.subject),
            fmt::format("refused at {}: {}", at(), name(static_cast<PacketFault>(record.extra))));
        return;
      case TraceKind::kPacketRelayed:
        add(frames_of(record.subject).front(), fmt::format("{} at {}", kRelayed, at()));
        return;
      default:
        return;
    }
  }

  std::vector<std::vector<std::string>> comments() && { return std::move(comments_); }

 private:
  // In the order of their capture. There is one at least.
  std::span<const std::uint32_t> frames_of(std::uint32_t packet) const {
    const auto range = std::ranges::equal_range(by_packet_, packet, {},
                                                [this](std::uint32_t frame) { return frames_[frame].ordinal; });
    return {range.begin(), range.end()};
  }

  // The first one that is not decided; where all are, this is about a copy of the last.
  std::uint32_t undecided(std::uint32_t packet) const {
    const auto frames = frames_of(packet);
    const auto found = std::ranges::find_if(frames, [this](std::uint32_t frame) { return comments_[frame].empty(); });
    return found == frames.end() ? frames.back() : *found;
  }
  std::uint32_t frame_on(std::uint32_t packet, std::uint32_t segment) const {
    std::uint32_t last = frames_of(packet).back();
    for (const std::uint32_t frame : frames_of(packet)) {
      if (frames_[frame].segment != segment) continue;
      if (comments_[frame].empty()) return frame;
      last = frame;
    }
    return last;
  }

  void add(std::uint32_t frame, std::string text) { comments_[frame].push_back(std::move(text)); }

  std::uint32_t segment_of(NodeId node) const {
    const std::uint32_t index = index_of(node);
    return is_server(node) ? scenario_.servers[index].segment_index : adapters_.entry(index).segment_index;
  }
  std::string name_of(NodeId node) const {
    const std::uint32_t index = index_of(node);
    return is_server(node) ? scenario_.servers[index].name : to_string(adapters_.name(index));
  }

  const Scenario& scenario_;
  AdapterTable adapters_;
  std::span<const CapturedFrame> frames_;
  std::vector<std::uint32_t> by_packet_;
  std::vector<std::vector<std::string>> comments_;
};

// --- the file
// ------------------------------------------------------------------------------------------------------------

// Block types, 4.1 to 4.3 of the draft, and the options that are used.
constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint16_t kComment = 1;
constexpr std::uint16_t kUserApplication = 4;
constexpr std::uint16_t kInterfaceName = 2;
constexpr std::uint16_t kTimeResolution = 9;
constexpr std::uint16_t kLinkTypeEthernet = 1;

// One block, little-endian whatever the machine is; its length comes to both ends when it is written.
class Block {
 public:
  explicit Block(std::uint32_t type) {
    put32(type);
    put32(0);
  }

  void put16(std::uint16_t value) { put(value, 2); }
  void put32(std::uint32_t value) { put(value, 4); }
  void put64(std::uint64_t value) { put(value, 8); }
  void put_bytes(Bytes bytes) {
    text_.append(bytes.begin(), bytes.end());
    pad();
  }
  void put_option(std::uint16_t code, std::string_view value) {
    constexpr std::size_t kLongest = 0xFFFF;
    value = value.substr(0, kLongest);
    put16(code);
    put16(static_cast<std::uint16_t>(value.size()));
    text_ += value;
    pad();
  }

  void write(std::ostream& out) {
    put32(0);  // the end of the options
    put32(0);
    const std::string length = text_of(text_.size(), 4);
    text_.replace(4, 4, length);
    text_.replace(text_.size() - 4, 4, length);
    out << text_;
  }

 private:
  static std::string text_of(std::uint64_t value, unsigned size) {
    std::string text;
    for (unsigned byte = 0; byte < size; ++byte) text += static_cast<char>(value >> (8 * byte));
    return text;
  }
  void put(std::uint64_t value, unsigned size) { text_ += text_of(value, size); }
  void pad() { text_.resize((text_.size() + 3) / 4 * 4); }

  std::string text_;
};

void write_section_header(std::ostream& out, const Scenario& scenario) {
  Block block(kSectionHeader);
  block.put32(0x1A2B3C4D);  // the byte order
  block.put16(1);           // version 1.0
  block.put16(0);
  block.put64(UINT64_MAX);  // the section's length is not stated
  block.put_option(kComment, scenario.name);
  block.put_option(kUserApplication, "unlease");
  block.write(out);
}

void write_interface(std::ostream& out, const SegmentSpec& segment) {
  Block block(kInterfaceDescription);
  block.put16(kLinkTypeEthernet);
  block.put16(0);
  block.put32(0);  // frames are whole
  block.put_option(kInterfaceName, segment.name);
  block.put_option(kTimeResolution, "\x09");  // nanoseconds
  block.write(out);
}

void write_packet(std::ostream& out, const CapturedFrame& frame, Bytes bytes,
                  const std::vector<std::string>& comments) {
  const auto at = static_cast<std::uint64_t>(frame.at.time_since_epoch().count());
  Block block(kEnhancedPacket);
  block.put32(frame.segment);
  block.put32(static_cast<std::uint32_t>(at >> 32U));
  block.put32(static_cast<std::uint32_t>(at));
  block.put32(frame.size);
  block.put32(frame.size);
  block.put_bytes(bytes);
  for (const std::string& comment : comments) block.put_option(kComment, comment);
  block.write(out);
}

}  // namespace

std::vector<std::vector<std::string>> frame_comments(const Scenario& scenario, const Capture& capture,
                                                     std::span<const TraceRecord> trace) {
  Fates fates(scenario, capture);
  for (const TraceRecord& record : trace) fates.take(record);
  auto comments = std::move(fates).comments();
  for (std::vector<std::string>& of_frame : comments) {
    if (of_frame.empty()) of_frame.emplace_back("under way when the run ended");
    // A relay takes what may have been delivered as well; else there are as many copies as there are fates.
    for (std::size_t copy = 1; copy < of_frame.size(); ++copy) {
      const bool relayed = of_frame[0].starts_with(kRelayed) || of_frame[copy].starts_with(kRelayed);
      of_frame[copy].insert(0, relayed ? "also " : "duplicate ");
    }
  }
  return comments;
}

void write_pcapng(std::ostream& out, const Scenario& scenario, const Capture& capture,
                  std::span<const TraceRecord> trace) {
  write_section_header(out, scenario);
  for (const SegmentSpec& segment : scenario.segments) write_interface(out, segment);
  const std::vector<std::vector<std::string>> comments = frame_comments(scenario, capture, trace);
  for (std::size_t index = 0; index < comments.size(); ++index) {
    const CapturedFrame& frame = capture.frames()[index];
    write_packet(out, frame, capture.bytes(frame), comments[index]);
  }
}

}  // namespace unlease::sim
