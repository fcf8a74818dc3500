// The command line as plain data, taken from the parser: what completions and the manual page are made of, so that an
// option is in both as soon as the parser knows it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's name
class App;
class Option;
}  // namespace CLI

namespace unlease::app {

// What a value is, for whoever completes it; told by what the help calls it.
enum class ValueKind : std::uint8_t {
  kNone,      // a flag has no value
  kAnything,  // nobody can guess
  kFile,      // FILE
  kScenario,  // PATH: a .toml file or a folder
  kFolder,    // DIR
  kChoice,    // words in lower case, as in "bash|zsh|fish"
};

struct OptionDescription {
  std::vector<std::string> names;  // "-h", "--help"; none for an argument without a name
  std::string value;               // what the help calls its value: "FILE"; empty for a flag
  ValueKind kind{};
  std::vector<std::string> choices;  // where kChoice
  std::string description;
  std::string default_value;  // empty: none
  bool required = false;
  bool repeatable = false;
};

struct CommandDescription {
  std::string name;
  std::string description;
  std::string footer;  // sections as in "Examples:\n  unlease ...\n", see manual.cc
  std::vector<OptionDescription> options{};
  std::vector<OptionDescription> arguments{};
  std::vector<CommandDescription> commands{};
};

// All that `app` takes, in its order, but what its help hides.
CommandDescription describe(const CLI::App& app);

}  // namespace unlease::app
