#pragma once

#include <filesystem>
#include <string>

#include "app/command_arguments.h"

namespace cameo::app {

struct ImportArguments : CommandArguments {
    std::filesystem::path source;  // a folder, or a CSV file
    std::string match;             // empty: as Pattern::usual
    bool dry_run = false;
    bool no_sandbox = false;
    std::filesystem::path report;  // a CSV file; empty for none
};

// `cameo import`. Returns the exit code.
int import_command(const ImportArguments& arguments);

}  // namespace cameo::app
