#include "apps/unlease/cli_description.h"

#include <algorithm>
#include <ranges>

#include <CLI/CLI.hpp>

namespace unlease::app {
namespace {

bool is_literal(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

// The words of "bash|zsh|fish"; none where one of them stands for something else, as in "TEXT|GLOB".
std::vector<std::string> choices_of(std::string_view value) {
  std::vector<std::string> choices;
  for (const auto part : value | std::views::split('|')) choices.emplace_back(part.begin(), part.end());
  return std::ranges::all_of(choices, is_literal) ? choices : std::vector<std::string>();
}

// As the user would write it: the parser shows a list in brackets.
std::string without_brackets(std::string text) {
  if (text.starts_with('[') && text.ends_with(']')) return text.substr(1, text.size() - 2);
  return text;
}

ValueKind kind_of(const OptionDescription& option) {
  if (option.value.empty()) return ValueKind::kNone;
  if (!option.choices.empty()) return ValueKind::kChoice;
  if (option.value == "FILE") return ValueKind::kFile;
  if (option.value == "PATH") return ValueKind::kScenario;
  return option.value == "DIR" ? ValueKind::kFolder : ValueKind::kAnything;
}

OptionDescription describe(const CLI::Option& option) {
  OptionDescription result;
  for (const std::string& name : option.get_snames()) result.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) result.names.push_back("--" + name);
  const bool flag = option.get_expected_max() == 0;
  if (!flag) result.value = option.get_type_name();
  if (!flag) result.choices = choices_of(result.value);
  result.kind = kind_of(result);
  result.description = option.get_description();
  if (!flag) result.default_value = without_brackets(option.get_default_str());
  result.required = option.get_required();
  // The parser gathers lists, and takes the last of anything else.
  result.repeatable = option.get_items_expected_max() > 1;
  return result;
}

}  // namespace

CommandDescription describe(const CLI::App& app) {
  CommandDescription result{.name = app.get_name(), .description = app.get_description(), .footer = app.get_footer()};
  for (const CLI::Option* const option : app.get_options()) {
    if (option->get_group().empty()) continue;
    (option->get_positional() ? result.arguments : result.options).push_back(describe(*option));
  }
  for (const CLI::App* const command : app.get_subcommands([](const CLI::App*) { return true; })) {
    result.commands.push_back(describe(*command));
  }
  return result;
}

}  // namespace unlease::app
