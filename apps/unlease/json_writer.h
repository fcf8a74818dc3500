// JSON written member by member, so that a document of any size takes no memory.
#pragma once

#include <ostream>
#include <string_view>

#include <nlohmann/json.hpp>

namespace unlease::app {

// Containers that are opened here are spread over lines, two spaces a level; a value given at once stands on one line.
// Text that is not UTF-8 has its bad bytes replaced.
class JsonWriter {
 public:
  using Value = nlohmann::ordered_json;

  // Writes to `out`, which must outlive this. Whether that worked is the stream's state.
  explicit JsonWriter(std::ostream& out) : out_(out) {}

  void begin_object() { open('{'); }
  void begin_object(std::string_view key) { open(key, '{'); }
  void end_object() { close('}'); }
  void begin_array(std::string_view key) { open(key, '['); }
  void end_array() { close(']'); }
  void member(std::string_view key, const Value& value);
  void element(const Value& value);

 private:
  void next();
  void begin_member(std::string_view key);
  void open(char bracket);
  void open(std::string_view key, char bracket);
  void close(char bracket);

  std::ostream& out_;
  std::size_t depth_ = 0;
  bool empty_ = true;  // nothing stands in the innermost container
};

}  // namespace unlease::app
