#include "apps/unlease/xml_writer.h"

#include <cassert>

#include "apps/unlease/utf8.h"

namespace unlease::app {
namespace {

// Attributes lose line breaks and tabs that are not written as references, text only carriage returns.
std::string xml_escaped(std::string_view text, bool attribute) {
  std::string result;
  for (const char c : clean_utf8(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += attribute ? "&quot;" : "\"";
        break;
      case '\r':
        result += "&#13;";
        break;
      case '\n':
        result += attribute ? "&#10;" : "\n";
        break;
      case '\t':
        result += attribute ? "&#9;" : "\t";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace

XmlWriter::XmlWriter(std::ostream& out) : out_(out) { out_ << R"(<?xml version="1.0" encoding="UTF-8"?>)"; }

void XmlWriter::hold(Content content) {
  if (open_.empty()) return;
  Open& innermost = open_.back();
  if (innermost.content == Content::kNone) out_ << '>';
  assert(innermost.content == Content::kNone || innermost.content == content);
  innermost.content = content;
}

void XmlWriter::new_line() { out_ << '\n' << std::string(2 * open_.size(), ' '); }

void XmlWriter::begin(std::string_view name, Attributes attributes) {
  hold(Content::kElements);
  new_line();
  out_ << '<' << name;
  for (const auto& [key, value] : attributes) out_ << ' ' << key << "=\"" << xml_escaped(value, true) << '"';
  open_.push_back({.name = std::string(name)});
}

void XmlWriter::text(std::string_view text) {
  if (text.empty()) return;
  hold(Content::kText);
  out_ << xml_escaped(text, false);
}

void XmlWriter::end() {
  const Open ended = std::move(open_.back());
  open_.pop_back();
  if (ended.content == Content::kNone) {
    out_ << "/>";
  } else {
    if (ended.content == Content::kElements) new_line();
    out_ << "</" << ended.name << '>';
  }
  if (open_.empty()) out_ << '\n';
}

void XmlWriter::element(std::string_view name, Attributes attributes, std::string_view text) {
  begin(name, attributes);
  this->text(text);
  end();
}

}  // namespace unlease::app
