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
    std::string text;  // a sentence: what is wrong, with whom
    std::string
        remedy;  // what the repair does, such as `removes the photo`; empty where there is none
    // Gives a sentence on what was done. Empty where there is no repair. Borrows the stores that
    // were checked.
    std::function<Result<std::string>(PhotoService&)> repair;
    bool removes_photo = false;  // the repair does
};

struct FsckPorts {
    directory::Store& directory;
    photo::Catalog& catalog;
    photo::BlobStore& blobs;
};

struct FsckReport {
    std::size_t photos = 0;
    std::size_t renditions = 0;
    std::uint64_t bytes = 0;
    std::vector<Problem> problems;
    bool stopped = false;

    std::size_t removals() const;  // photos that all repairs would remove
    // That is more than 10 and more than 1 % of the photos, or all: rather a folder that is not
    // mounted, or the wrong catalog, than so many photos lost.
    bool needs_force() const;
};

// Every photo: whether its owner is there, and every byte of every rendition. Every blob: whether
// anything names it. Changes nothing; right beside a server that serves and writes, as long as the
// sweep is held. The problems are in an order in which they can be repaired; a photo that cannot
// be read cannot be repaired. Keeps no bytes of photos: memory is some hundred bytes a problem and
// a retired blob. Fault::busy or Fault::internal where the catalog cannot be read or the blobs
// cannot be listed.
Result<FsckReport> check_photos(const FsckPorts& ports, const OnProgress& on_progress,
                                const std::stop_token& stop);

// What is wrong with the files of a data folder as files (docs/storage.md): readable by others than
// their owner, not the folder's owner's, or left in blobs/tmp over an hour ago by a process that
// was killed. Safe with a running server, repairs included.
std::vector<Problem> check_folder(const std::filesystem::path& data);

}  // namespace cameo::transfer
