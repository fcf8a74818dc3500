#include "apps/unlease/json_writer.h"

#include <string>

namespace unlease::app {
namespace {

std::string dump(const JsonWriter::Value& value) {
  return value.dump(-1, ' ', false, JsonWriter::Value::error_handler_t::replace);
}

}  // namespace

void JsonWriter::next() {
  if (depth_ == 0) return;
  out_ << (empty_ ? "\n" : ",\n") << std::string(2 * depth_, ' ');
  empty_ = false;
}

void JsonWriter::begin_member(std::string_view key) {
  next();
  out_ << dump(key) << ": ";
}

void JsonWriter::open(char bracket) {
  next();
  out_ << bracket;
  ++depth_;
  empty_ = true;
}

void JsonWriter::open(std::string_view key, char bracket) {
  begin_member(key);
  out_ << bracket;
  ++depth_;
  empty_ = true;
}

void JsonWriter::close(char bracket) {
  --depth_;
  if (!empty_) out_ << '\n' << std::string(2 * depth_, ' ');
  out_ << bracket;
  empty_ = false;
  if (depth_ == 0) out_ << '\n';
}

void JsonWriter::member(std::string_view key, const Value& value) {
  begin_member(key);
  out_ << dump(value);
}

void JsonWriter::element(const Value& value) {
  next();
  out_ << dump(value);
}

}  // namespace unlease::app
