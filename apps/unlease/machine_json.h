// The documents of `unlease adapters` and `unlease release`, see docs/json-output.md.
#pragma once

#include <expected>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "apps/unlease/chosen_machine.h"
#include "apps/unlease/console.h"
#include "apps/unlease/output_file.h"
#include "engine/method.h"

namespace unlease::app {

// "ethernet", "loopback", ...
std::string_view name(AdapterKind kind);

// Opens what `command`'s --json asks for, `path`: none where that is empty. Where it cannot be opened, the reason has
// been printed.
std::expected<std::optional<OutputFile>, ExitCode> open_json(const std::string& path, std::string_view command,
                                                             Console& console);

// `code`, or kBroken where the document could not be written, which is printed.
ExitCode finish_json(std::optional<OutputFile>& file, ExitCode code, Console& console);

void write_adapters_json(std::ostream& out, const ChosenMachine& machine, std::span<const ListedAdapter> adapters);
void write_release_json(std::ostream& out, ChosenMachine& machine, const Report& report);

}  // namespace unlease::app
