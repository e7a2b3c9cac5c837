#pragma once

#include <filesystem>
#include <string>

#include "app/command_arguments.h"

namespace cameo::app {

struct ExportArguments : CommandArguments {
    std::filesystem::path folder;
    std::string size = "largest";  // or WxH
    std::string name;              // empty: as Pattern::usual
};

// `cameo export`. Returns the exit code.
int export_command(const ExportArguments& arguments);

}  // namespace cameo::app
