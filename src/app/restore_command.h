#pragma once

#include <filesystem>

namespace cameo::app {

struct RestoreArguments {
    std::filesystem::path backup;  // FILE.tar, or a folder
    std::filesystem::path data;
};

// `cameo restore`. Returns the exit code.
int restore_command(const RestoreArguments& arguments);

}  // namespace cameo::app
