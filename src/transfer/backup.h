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

// A backup: one moment of a data folder, catalog and blobs and signing key, in a tar file or in a
// folder that the next backup brings up to date.
namespace cameo::transfer {

struct BackupSource {
    std::filesystem::path data;  // the data folder
    photo::BlobStore& blobs;
    // Copies the catalog as it is at one moment to a new file.
    std::function<Result<void>(const std::filesystem::path&)> copy_catalog;
    // Opens a copy of the catalog to be read.
    std::function<Result<std::shared_ptr<photo::Catalog>>(const std::filesystem::path&)>
        open_catalog;
    GcLease& lease;       // taken before the catalog is copied
    std::string program;  // its version
    Instant now;
    bool force = false;  // finish although very many blobs cannot be read
};

struct BackupReport {
    std::size_t photos = 0;
    std::uint64_t bytes = 0;  // of their blobs
    std::size_t copied = 0;   // blobs that were not there yet
    std::size_t removed = 0;  // blobs that no photo names any more
    // Keys of blobs, each in one of three lists.
    std::vector<std::string> damaged;     // were read, cut short or not as their checksums; copied
    std::vector<std::string> missing;     // are not in the store
    std::vector<std::string> unreadable;  // could not be read; the reason stands behind the key
    bool stopped = false;                 // nothing was finished; what was there before still holds
};

// `target` is a file where its name ends in .tar, else a
// folder. Its files are readable by their owner only, and durable on return. On a stop or a
// fault, a tar file does not exist and a folder still is the backup that it was. Fault::internal
// with the reason where the target cannot be written; Fault::conflict where a folder is not a
// backup, or another process is backing up to it.
Result<BackupReport> back_up(const BackupSource& source, const std::filesystem::path& target,
                             const OnProgress& on_progress, const std::stop_token& stop);

}  // namespace cameo::transfer
