#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "transfer/backup_format.h"

namespace cameo::transfer {

// The target of a backup. Implementations: a tar file, a folder. For one thread. It is a valid
// backup only after finish(); if it ends earlier, nothing of an earlier backup is lost.
class BackupTarget {
  public:
    virtual ~BackupTarget() = default;

    // A file next to the target, for the copy of the catalog; removed by the destructor.
    virtual std::filesystem::path scratch() const = 0;

    // Whether an earlier backup has the whole blob of that length.
    virtual bool has_blob(const std::string& key, std::uint64_t length) const = 0;
    virtual Result<void> put_blob(const std::string& key, ByteView bytes) = 0;

    // The copy of the catalog is in scratch(). Durable on return.
    virtual Result<void> finish(ByteView signing_key, const Manifest& manifest) = 0;

    // After finish(): removes the blobs of earlier backups for which `is_named` is false; how many.
    virtual Result<std::size_t> drop_blobs(
        const std::function<bool(const std::string& key)>& is_named) = 0;
};

Result<std::unique_ptr<BackupTarget>> open_tar_target(const std::filesystem::path& file);
Result<std::unique_ptr<BackupTarget>> open_folder_target(const std::filesystem::path& folder);

}  // namespace cameo::transfer
