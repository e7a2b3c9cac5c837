#pragma once

#include <filesystem>

#include "base/result.h"

namespace cameo::store::files {

// One process owns a data folder: an flock on `{folder}/lock`, which ends with the process however
// it ends. The file holds the owner's process id, for the message.
class FolderLock {
  public:
    // Fault::conflict where another process holds it; the detail names the folder and that process.
    static Result<FolderLock> take(const std::filesystem::path& folder);

    FolderLock(FolderLock&& other) noexcept;
    FolderLock& operator=(FolderLock&& other) noexcept;
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();

  private:
    explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace cameo::store::files
