#pragma once

#include <filesystem>

namespace cameo::app {

struct BackupArguments {
    std::filesystem::path data;
    std::filesystem::path target;  // FILE.tar, or a folder
    bool force = false;            // although very many blobs cannot be read
};

// `cameo backup`. Returns the exit code.
int backup_command(const BackupArguments& arguments);

}  // namespace cameo::app
