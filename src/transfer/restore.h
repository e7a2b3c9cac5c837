#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "transfer/backup_format.h"
#include "transfer/progress.h"

namespace cameo::transfer {

// The staging folder inside a data folder during a restore: files that are not verified yet. A
// folder with a catalog does not need it any more.
inline constexpr std::string_view kRestoreFolder = ".restoring";

// Opens the unpacked stores for the checks of restore.
struct RestoreStores {
    std::function<Result<std::shared_ptr<photo::Catalog>>(const std::filesystem::path& file)>
        open_catalog;
    std::function<std::shared_ptr<photo::BlobStore>(const std::filesystem::path& folder)>
        open_blobs;
};

struct RestoreProgress {
    OnProgress unpacking;  // files
    OnProgress checking;   // photos
};

struct RestoreReport {
    Manifest manifest;
    std::size_t photos = 0;
    std::size_t former_photos = 0;
    std::uint64_t bytes = 0;  // of both
    std::size_t damaged = 0;  // were already damaged in the backup
    bool stopped = false;     // nothing was restored
};

// Whether the folder may become a data folder: it is missing, or empty except for a `lock` and the
// files of a killed restore, which restore removes. Fault::conflict otherwise.
Result<void> check_is_free(const std::filesystem::path& data);

// Unpacks the backup (a tar file or a folder) into `data`, which exists, is free and is locked by
// the caller. Verifies every byte that the catalog names before any file gets its name. After a
// fault or a stop all of it is removed. Fault::malformed if the backup is not a backup or is
// incomplete; Fault::internal if it cannot be read or written.
Result<RestoreReport> restore(const std::filesystem::path& backup,
                              const std::filesystem::path& data, const RestoreStores& stores,
                              const RestoreProgress& progress, const std::stop_token& stop);

// Unpack the files of a backup into an empty folder: catalog, key, manifest and blobs, each with
// mode 0600. Only names that a backup may contain become files, each once; any other is
// Fault::malformed. Progress counts files. A stop ends it early without a fault.
Result<void> unpack_tar(const std::filesystem::path& file, const std::filesystem::path& into,
                        const OnProgress& on_progress, const std::stop_token& stop);
Result<void> unpack_folder(const std::filesystem::path& folder, const std::filesystem::path& into,
                           const OnProgress& on_progress, const std::stop_token& stop);

}  // namespace cameo::transfer
