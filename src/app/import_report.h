#pragma once

#include <filesystem>
#include <string>

#include "app/import_command.h"
#include "base/result.h"
#include "transfer/import.h"

namespace cameo::app {

// What the terminal shows of an import.
std::string import_text(const transfer::ImportReport& report, const ImportArguments& arguments);

// All of it as CSV: outcome, picture, person, detail; whoever has no photo with the outcome
// `without photo`. Fault::internal where the file cannot be written.
Result<void> write_import_report(const transfer::ImportReport& report,
                                 const std::filesystem::path& file);

}  // namespace cameo::app
