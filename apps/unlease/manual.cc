// `unlease manual`: the manual page, in the macros of man(7).
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "apps/unlease/commands.h"

namespace unlease::app {
namespace {

// A part of a footer: a headline that ends in a colon with indented lines below, or lines without a headline.
struct Section {
  std::string title;
  std::vector<std::string> lines;
  friend bool operator==(const Section&, const Section&) = default;
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

std::vector<Section> sections_of(std::string_view footer) {
  std::vector<Section> sections;
  bool below_title = false;
  for (const std::string_view line : lines_of(footer)) {
    if (line.empty()) {
      below_title = false;
    } else if (line.ends_with(':') && !line.starts_with(' ')) {
      sections.push_back({.title = std::string(line.substr(0, line.size() - 1)), .lines = {}});
      below_title = true;
    } else {
      if (!below_title || !line.starts_with(' ')) {
        sections.emplace_back();
        below_title = false;
      }
      sections.back().lines.emplace_back(line);
    }
  }
  return sections;
}

// How roff writes a character that it would change or take for its own.
std::string_view roff_escape(char c) {
  switch (c) {
    case '\\':
      return "\\e";
    case '-':
      return "\\-";
    case '\'':
      return "\\(aq";
    case '"':
      return "\\(dq";
    case '`':
      return "\\(ga";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    default:
      return {};
  }
}

std::string roff(std::string_view text) {
  std::string result;
  for (const char c : text) {
    // At a line's begin it would make it a request.
    if (c == '.' && (result.empty() || result.back() == '\n')) result += "\\&";
    const std::string_view escape = roff_escape(c);
    if (escape.empty()) {
      result += c;
    } else {
      result += escape;
    }
  }
  return result;
}

std::string upper_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

std::string italic(std::string_view text) { return fmt::format("\\fI{}\\fR", roff(text)); }
std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", roff(text)); }

// "[PATH...]"
std::string argument_text(const OptionDescription& argument) {
  const std::string text = italic(argument.value) + (argument.repeatable ? "..." : "");
  return argument.required ? text : '[' + text + ']';
}

void append_entry(std::string& page, const OptionDescription& option) {
  page += ".TP\n";
  if (option.names.empty()) page += italic(option.value);
  for (std::size_t i = 0; i < option.names.size(); ++i) page += (i == 0 ? "" : ", ") + bold(option.names[i]);
  if (!option.names.empty() && !option.value.empty()) page += ' ' + italic(option.value);
  page += '\n' + roff(option.description);
  if (!option.default_value.empty()) page += fmt::format(" (default: {})", roff(option.default_value));
  page += ".\n";
}

void append_lines(std::string& page, const Section& section) {
  page += ".nf\n";
  for (const std::string& line : section.lines) page += roff(line) + '\n';
  page += ".fi\n";
}

// A command with its arguments, options and what only its own footer says.
void append_command(std::string& page, const CommandDescription& program, const CommandDescription& command) {
  page += fmt::format(".SS \"{} {} [{}]", roff(program.name), roff(command.name), italic("OPTION") + "...");
  for (const OptionDescription& argument : command.arguments) page += ' ' + argument_text(argument);
  page += fmt::format("\"\n{}.\n", roff(command.description));
  for (const OptionDescription& argument : command.arguments) append_entry(page, argument);
  for (const OptionDescription& option : command.options) append_entry(page, option);
  const std::vector<Section> common = sections_of(program.footer);
  for (const Section& section : sections_of(command.footer)) {
    if (std::ranges::find(common, section) != common.end()) continue;
    page += ".PP\n";
    if (!section.title.empty()) page += roff(section.title) + ":\n.PP\n";
    append_lines(page, section);
  }
}

std::string manual_page(const CommandDescription& program) {
  const std::vector<std::string_view> about = lines_of(program.description);
  std::string_view subject = about.empty() ? std::string_view() : about.front();
  if (subject.ends_with(':')) subject.remove_suffix(1);
  std::string page = fmt::format(".TH {} 1 \"\" \"{} {}\" \"User Commands\"\n", roff(upper_case(program.name)),
                                 roff(program.name), roff(UNLEASE_VERSION));
  page += fmt::format(".SH NAME\n{} \\- {}\n", roff(program.name), roff(subject));
  page += fmt::format(".SH SYNOPSIS\n{} {} [{}...] [{}...]\n", bold(program.name), italic("COMMAND"), italic("OPTION"),
                      italic("ARGUMENT"));
  page += fmt::format(".SH DESCRIPTION\n{}\n", roff(program.description));
  page += ".SH OPTIONS\n";
  for (const OptionDescription& option : program.options) append_entry(page, option);
  page += ".SH COMMANDS\n";
  for (const CommandDescription& command : program.commands) append_command(page, program, command);
  for (const Section& section : sections_of(program.footer)) {
    page += fmt::format(".SH \"{}\"\n", roff(upper_case(section.title)));
    append_lines(page, section);
  }
  return page;
}

}  // namespace

ExitCode manual_command(const CommandDescription& all, Console& console) {
  console.out << manual_page(all);
  return ExitCode::kPassed;
}

}  // namespace unlease::app
