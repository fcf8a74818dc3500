// `unlease completion`: the scripts that bash, zsh and fish read.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "apps/unlease/commands.h"
#include "apps/unlease/text.h"

namespace unlease::app {
namespace {

using Words = std::vector<std::string>;

Words option_names(const std::vector<OptionDescription>& options) {
  Words names;
  for (const OptionDescription& option : options) names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

Words command_names(const CommandDescription& program) {
  Words names;
  for (const CommandDescription& command : program.commands) names.push_back(command.name);
  return names;
}

// The options of `command` whose value is of `kind`, all their names.
Words names_with(const CommandDescription& command, ValueKind kind) {
  Words names;
  for (const OptionDescription& option : command.options) {
    if (option.kind == kind) names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

// `text` with a backslash before each of `special`.
std::string backslashed(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (special.contains(c)) result += '\\';
    result += c;
  }
  return result;
}

// --- bash ------------------------------------------------------------------------------------------------------------

constexpr std::string_view kBashHead = R"(# Completes {0} in bash. Written by `{0} completion bash`.
# _{0}_offer KIND WORD...: what begins with the current word, $cur.
_{0}_offer() {{
  local kind=$1 line
  shift
  if [[ $kind != words ]]; then compopt -o filenames 2>/dev/null; fi
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
    case $kind in
      words) compgen -W "$*" -- "$cur" ;;
      files) compgen -f -- "$cur" ;;
      folders) compgen -d -- "$cur" ;;
      scenarios)
        compgen -f -X '!*.toml' -- "$cur"
        compgen -d -- "$cur"
        ;;
    esac
  )
}}

_{0}() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev='' command='' i
  COMPREPLY=()
  if ((COMP_CWORD > 0)); then prev=${{COMP_WORDS[COMP_CWORD - 1]}}; fi
  # --option=value is three words to bash.
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = ]] && ((COMP_CWORD > 1)); then
    prev=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    if [[ ${{COMP_WORDS[i]}} != -* ]]; then
      command=${{COMP_WORDS[i]}}
      break
    fi
  done
  case $command in
)";

constexpr std::string_view kBashTail = R"(  esac
}}

complete -F _{0} {0}
)";

std::string bash_offer(std::string_view name, ValueKind kind, const Words& choices) {
  switch (kind) {
    case ValueKind::kFile:
      return fmt::format("_{}_offer files", name);
    case ValueKind::kScenario:
      return fmt::format("_{}_offer scenarios", name);
    case ValueKind::kFolder:
      return fmt::format("_{}_offer folders", name);
    case ValueKind::kChoice:
      return fmt::format("_{}_offer words {}", name, fmt::join(choices, " "));
    case ValueKind::kNone:
    case ValueKind::kAnything:
      break;
  }
  return ":";
}

// A branch of `case $command`.
std::string bash_command(std::string_view name, const CommandDescription& command) {
  std::string values;
  for (const ValueKind kind : {ValueKind::kFile, ValueKind::kScenario, ValueKind::kFolder, ValueKind::kAnything}) {
    if (const Words names = names_with(command, kind); !names.empty()) {
      values += fmt::format("        {}) {}; return ;;\n", fmt::join(names, " | "), bash_offer(name, kind, {}));
    }
  }
  for (const OptionDescription& option : command.options) {
    if (option.kind != ValueKind::kChoice) continue;
    values += fmt::format("        {}) {}; return ;;\n", fmt::join(option.names, " | "),
                          bash_offer(name, option.kind, option.choices));
  }
  std::string text = fmt::format("    {})\n", command.name);
  if (!values.empty()) text += "      case $prev in\n" + values + "      esac\n";
  text += fmt::format("      if [[ $cur == -* ]]; then _{}_offer words {}; return; fi\n", name,
                      fmt::join(option_names(command.options), " "));
  for (const OptionDescription& argument : command.arguments) {
    if (argument.kind == ValueKind::kAnything) continue;
    text += fmt::format("      {}\n", bash_offer(name, argument.kind, argument.choices));
  }
  return text + "      ;;\n";
}

std::string bash_completion(const CommandDescription& program) {
  std::string script = fmt::format(kBashHead, program.name);
  Words first = command_names(program);
  const Words options = option_names(program.options);
  first.insert(first.end(), options.begin(), options.end());
  script += fmt::format("    '') _{}_offer words {} ;;\n", program.name, fmt::join(first, " "));
  for (const CommandDescription& command : program.commands) script += bash_command(program.name, command);
  return script + fmt::format(kBashTail, program.name);
}

// --- zsh -------------------------------------------------------------------------------------------------------------

constexpr std::string_view kZshHead = R"(#compdef {0}
# Completes {0} in zsh. Written by `{0} completion zsh`.
_{0}() {{
  local curcontext=$curcontext state line
  typeset -A opt_args
)";

constexpr std::string_view kZshTail = R"(      esac
      ;;
  esac
}}

# Read from a folder of $fpath, this file is the function's first call; read by `source`, it only defines.
if [[ ${{funcstack[1]}} == _{0} ]]; then
  _{0} "$@"
else
  compdef _{0} {0}
fi
)";

std::string zsh_action(const OptionDescription& option) {
  switch (option.kind) {
    case ValueKind::kFile:
      return "_files";
    case ValueKind::kScenario:
      return "_files -g \"*.toml\"";
    case ValueKind::kFolder:
      return "_files -/";
    case ValueKind::kChoice:
      return fmt::format("({})", fmt::join(option.choices, " "));
    case ValueKind::kNone:
    case ValueKind::kAnything:
      break;
  }
  return " ";
}

// The specifications that _arguments takes, one a name.
Words zsh_specifications(const CommandDescription& command) {
  Words result;
  for (const OptionDescription& option : command.options) {
    const bool ends_all = std::ranges::find(option.names, "--help") != option.names.end();
    for (const std::string& name : option.names) {
      const std::string before = ends_all            ? "(- *)"
                                 : option.repeatable ? std::string("*")
                                                     : fmt::format("({})", fmt::join(option.names, " "));
      // The value may follow in the same word: --json=FILE, -jN.
      const std::string_view joint = option.value.empty() ? "" : name.starts_with("--") ? "=" : "+";
      std::string text = fmt::format("{}{}{}[{}]", before, name, joint, backslashed(option.description, "[]\\:"));
      if (!option.value.empty()) text += fmt::format(":{}:{}", backslashed(option.value, ":\\"), zsh_action(option));
      result.push_back(shell_quoted(text));
    }
  }
  for (const OptionDescription& argument : command.arguments) {
    result.push_back(shell_quoted(fmt::format("{}:{}:{}", argument.repeatable ? "*" : "",
                                              backslashed(argument.value, ":\\"), zsh_action(argument))));
  }
  return result;
}

std::string zsh_completion(const CommandDescription& program) {
  std::string script = fmt::format(kZshHead, program.name);
  script += "  _arguments -C \\\n";
  for (const std::string& text : zsh_specifications(program)) script += fmt::format("    {} \\\n", text);
  script +=
      "    '1: :->command' \\\n    '*:: :->arguments'\n  case $state in\n    command)\n      local -a commands=(\n";
  for (const CommandDescription& command : program.commands) {
    script += fmt::format("        {}\n", shell_quoted(fmt::format("{}:{}", command.name, command.description)));
  }
  script +=
      "      )\n      _describe -t commands command commands\n      ;;\n    arguments)\n      case ${line[1]} in\n";
  for (const CommandDescription& command : program.commands) {
    script += fmt::format("        {})\n          _arguments \\\n            {}\n          ;;\n", command.name,
                          fmt::join(zsh_specifications(command), " \\\n            "));
  }
  return script + fmt::format(kZshTail, program.name);
}

// --- fish ------------------------------------------------------------------------------------------------------------

std::string fish_quoted(std::string_view text) { return "'" + backslashed(text, "\\'") + "'"; }

// What follows an option or a condition to complete a value.
std::string fish_value(const OptionDescription& option) {
  switch (option.kind) {
    case ValueKind::kNone:
      return "";
    case ValueKind::kFile:
      return " -r -F";
    case ValueKind::kScenario:
      return " -x -k -a '(__fish_complete_suffix .toml)'";
    case ValueKind::kFolder:
      return " -x -a '(__fish_complete_directories)'";
    case ValueKind::kChoice:
      return fmt::format(" -x -a {}", fish_quoted(fmt::format("{}", fmt::join(option.choices, " "))));
    case ValueKind::kAnything:
      break;
  }
  return " -x";
}

// Lines for options and arguments that hold under `condition`, which is a fish command.
std::string fish_lines(const CommandDescription& program, const CommandDescription& command,
                       std::string_view condition) {
  const std::string begin = fmt::format("complete -c {} -n {}", program.name, fish_quoted(condition));
  std::string script;
  for (const OptionDescription& option : command.options) {
    script += begin;
    for (const std::string_view name : option.names) {
      script += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2)) : fmt::format(" -s {}", name.substr(1));
    }
    script += fmt::format("{} -d {}\n", fish_value(option), fish_quoted(option.description));
  }
  for (const OptionDescription& argument : command.arguments) {
    if (argument.kind == ValueKind::kAnything) continue;
    script += begin + fish_value(argument) + '\n';
  }
  return script;
}

std::string fish_completion(const CommandDescription& program) {
  std::string script =
      fmt::format("# Completes {0} in fish. Written by `{0} completion fish`.\ncomplete -c {0} -f\n", program.name);
  script += fish_lines(program, program, "__fish_use_subcommand");
  for (const CommandDescription& command : program.commands) {
    script += fmt::format("complete -c {} -n __fish_use_subcommand -a {} -d {}\n", program.name, command.name,
                          fish_quoted(command.description));
  }
  for (const CommandDescription& command : program.commands) {
    script += fish_lines(program, command, fmt::format("__fish_seen_subcommand_from {}", command.name));
  }
  return script;
}

// --- The command -----------------------------------------------------------------------------------------------------

struct Shell {
  std::string_view name;
  std::string (*completion)(const CommandDescription& program);
};

constexpr std::array<Shell, 3> kShells{{{"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}}};

}  // namespace

ExitCode completion_command(const CompletionOptions& options, const CommandDescription& all, Console& console) {
  for (const Shell& shell : kShells) {
    if (shell.name != options.shell) continue;
    console.out << shell.completion(all);
    return ExitCode::kPassed;
  }
  return usage_error(console, fmt::format("'{}' is none of bash, zsh and fish", options.shell), "completion");
}

}  // namespace unlease::app
