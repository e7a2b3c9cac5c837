#pragma once

#include <filesystem>
#include <utility>

#include "base/file.h"
#include "base/result.h"

namespace cameo::store::files {

// One process owns a data folder: an flock on `{folder}/lock`, which ends with the process in every
// case. The file contains the owner's process id, for the message.
class FolderLock {
  public:
    // Fault::conflict if another process holds it; the detail names the folder and that process.
    static Result<FolderLock> take(const std::filesystem::path& folder);

    // Removes `{folder}/lock` while it is held, and releases it: restores the earlier state of the
    // folder. A process that opened the file concurrently makes a new one.
    void remove();

  private:
    FolderLock(std::filesystem::path file, Descriptor descriptor)
        : file_(std::move(file)), descriptor_(std::move(descriptor)) {}
    std::filesystem::path file_;
    Descriptor descriptor_;
};

}  // namespace cameo::store::files
