#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "directory/store.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "transfer/photo_desk.h"
#include "transfer/progress.h"

// Looking for what is broken in a store, and mending it.
namespace cameo::transfer {

struct Problem {
    std::string text;    // a sentence: what is wrong, with whom
    std::string remedy;  // what mending does, as `removes the photo`; empty where it cannot
    // Gives a sentence on what was done. Empty where it cannot be mended.
    std::function<Result<std::string>(PhotoDesk&)> mend;
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
};

// Every photo: whether its owner is there, and every byte of every rendition. Every blob: whether
// anything names it. Changes nothing; right beside a server that serves and writes, as long as the
// sweep is held. The problems are in an order in which they can be mended. Fault::busy or
// Fault::internal where the stores cannot be read.
Result<FsckReport> check_photos(const FsckPorts& ports, const OnProgress& on_progress,
                                const std::stop_token& stop);

}  // namespace cameo::transfer
