#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "directory/store.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "transfer/photo_service.h"
#include "transfer/progress.h"

// Checks a data folder for damage, and repairs it.
namespace cameo::transfer {

struct Problem {
    std::string text;    // a sentence: the damage, and the owner or file
    std::string remedy;  // the repair, such as `removes the photo`; empty if there is none
    // Repairs the problem and returns a sentence about the result. Empty if there is no repair.
    // Borrows the checked stores.
    std::function<Result<std::string>(PhotoService&)> repair;
    bool removes_photo = false;   // of the repair
    bool removes_former = false;  // a former photo
};

struct FsckPorts {
    directory::Store& directory;
    photo::Catalog& catalog;
    photo::BlobStore& blobs;
};

struct FsckReport {
    std::size_t photos = 0;
    std::size_t former_photos = 0;
    std::size_t renditions = 0;
    std::uint64_t bytes = 0;
    std::vector<Problem> problems;
    bool stopped = false;

    std::size_t all() const { return photos + former_photos; }
    std::size_t removals() const;  // how many of all that the repairs would remove
    // More than 10 removals and more than 1 %, or all, of the photos, or of all: probably a file
    // system is not mounted, or the catalog is the wrong one.
    bool needs_force() const;
};

// Checks of every photo whether its owner exists, and every byte of every rendition, also of former
// photos; of every blob whether one of them names it. Changes nothing. Safe with a running server
// while the caller has a lease of the GC lock. The problems are in an order in which they can be
// repaired; a photo that cannot be read cannot be repaired. Keeps no bytes of photos: uses some
// hundred bytes of memory per problem and per retired blob. Fault::busy or Fault::internal if the
// catalog cannot be read or the blobs cannot be listed.
Result<FsckReport> check_photos(const FsckPorts& ports, const OnProgress& on_progress,
                                const std::stop_token& stop);

// Checks the files of a data folder themselves (docs/storage.md): files that other users can read,
// that have another owner than the folder, or that a killed process left in blobs/tmp over an hour
// ago. Safe with a running server, repairs included.
std::vector<Problem> check_folder(const std::filesystem::path& data);

// Checks that no two Microsoft 365 groups of a tenant share a mailNickname. Groups of an earlier
// schema may; there is no repair, since only their owners know the right names. Uses some hundred
// bytes of memory per group of a tenant. Faults of the directory.
Result<std::vector<Problem>> check_nicknames(directory::Store& directory);

}  // namespace cameo::transfer
