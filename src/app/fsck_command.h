#pragma once

#include <filesystem>

namespace cameo::app {

struct FsckArguments {
    std::filesystem::path data;
    std::filesystem::path config;
    bool repair = false;
    bool force = false;  // repair though it removes very many photos
};

// `cameo fsck`. Returns the exit code: done where all is well, or was made so.
int fsck_command(const FsckArguments& arguments);

}  // namespace cameo::app
