// XML written element by element, so that a document of any size takes no memory.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace unlease::app {

// Elements stand on lines of their own, two spaces a level; an element holds elements or text, not both. What XML
// cannot carry is replaced, see clean_utf8.
class XmlWriter {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  // Writes to `out`, which must outlive this, beginning with the declaration. Whether that worked is the stream's
  // state.
  explicit XmlWriter(std::ostream& out);

  // `name` and the attributes' names are taken as they are.
  void begin(std::string_view name, Attributes attributes = {});
  void text(std::string_view text);
  void end();
  // All three at once.
  void element(std::string_view name, Attributes attributes = {}, std::string_view text = {});

 private:
  enum class Content : std::uint8_t { kNone, kElements, kText };
  struct Open {
    std::string name;
    Content content = Content::kNone;
  };

  void hold(Content content);
  void new_line();

  std::ostream& out_;
  std::vector<Open> open_;  // the innermost last; while it holds nothing, its tag is not closed
};

}  // namespace unlease::app
