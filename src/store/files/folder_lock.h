#pragma once

#include <filesystem>
#include <utility>

#include "base/file.h"
#include "base/result.h"

namespace cameo::store::files {

// One process owns a data folder: an flock on `{folder}/lock`, which ends with the process however
// it ends. The file holds the owner's process id, for the message.
class FolderLock {
  public:
    // Fault::conflict where another process holds it; the detail names the folder and that process.
    static Result<FolderLock> take(const std::filesystem::path& folder);

    // Removes `{folder}/lock` while it is held, and releases it: leaves the folder as it was
    // before. A process that opened the file meanwhile makes a new one.
    void remove();

  private:
    FolderLock(std::filesystem::path file, Descriptor descriptor)
        : file_(std::move(file)), descriptor_(std::move(descriptor)) {}
    std::filesystem::path file_;
    Descriptor descriptor_;
};

}  // namespace cameo::store::files
