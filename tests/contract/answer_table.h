// answers.txt: what each HAL answers in each situation. A row a situation, a column a HAL, cells apart by " | ".
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace unlease::contract {

// The answers of one HAL: situation and answer, in the order of the file.
using Answers = std::vector<std::pair<std::string, std::string>>;

class AnswerTable {
 public:
  static constexpr std::string_view kImpossible = "-";  // the HAL cannot be put into that situation
  static constexpr std::string_view kUnknown = "?";     // nobody has written it down

  // Lines that begin with '#' and empty ones are passed over; the first of the others names the columns.
  explicit AnswerTable(std::string_view text);

  // The file, with columns aligned.
  std::string text() const;
  // The situations, in the order of the file.
  const std::vector<std::string>& situations() const { return situations_; }
  // kUnknown where there is no such row or column.
  std::string_view answer(std::string_view situation, std::string_view hal) const;
  // Writes one column down anew, and takes the rows from it; the other columns keep what they say of these.
  void set(const std::string& hal, const Answers& answers);

 private:
  std::vector<std::string> hals_;
  std::vector<std::string> situations_;
  std::map<std::pair<std::string, std::string>, std::string, std::less<>> cells_;  // by situation and HAL
};

}  // namespace unlease::contract
