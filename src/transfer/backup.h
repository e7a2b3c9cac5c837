#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "transfer/photo_service.h"
#include "transfer/progress.h"

// A backup: a consistent snapshot of a data folder (catalog, blobs, signing key) in a tar file, or
// in a folder that the next backup updates.
namespace cameo::transfer {

struct BackupSource {
    std::filesystem::path data;  // the data folder
    photo::BlobStore& blobs;
    // Copies a snapshot of the catalog to a new file.
    std::function<Result<void>(const std::filesystem::path&)> copy_catalog;
    // Opens a copy of the catalog for reading.
    std::function<Result<std::shared_ptr<photo::Catalog>>(const std::filesystem::path&)>
        open_catalog;
    GcLease& lease;       // taken before the catalog is copied
    std::string program;  // its version
    Instant now;
    bool force = false;  // finish although very many blobs cannot be read
};

struct BackupReport {
    std::size_t photos = 0;
    std::size_t former_photos = 0;
    std::uint64_t bytes = 0;  // of the blobs of both
    std::size_t copied = 0;   // blobs that the earlier backup did not have
    std::size_t removed = 0;  // blobs that no longer belong to a photo
    // Keys of blobs, each in one of three lists.
    std::vector<std::string> damaged;     // truncated, or with a wrong checksum; copied
    std::vector<std::string> missing;     // not in the store
    std::vector<std::string> unreadable;  // could not be read; the key, then the reason
    bool stopped = false;                 // not finished; the earlier backup is still valid
};

// `target` is a tar file if its name ends in .tar, else a folder. Its files are readable by their
// owner only, and durable on return. After a stop or a fault, a tar file does not exist and a
// folder is still the earlier backup. Fault::internal with the reason if the target cannot be
// written; Fault::conflict if a folder is not a backup, or another process is backing up to it.
Result<BackupReport> back_up(const BackupSource& source, const std::filesystem::path& target,
                             const OnProgress& on_progress, const std::stop_token& stop);

}  // namespace cameo::transfer
