#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/owner.h"
#include "base/result.h"
#include "directory/store.h"
#include "matching/name_pattern.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "photo/sizes.h"
#include "transfer/progress.h"

// Exports photos: one JPEG for each person (or group) who has a photo.
namespace cameo::transfer {

struct ExportOptions {
    std::string tenant;  // id
    OwnerKind kind = OwnerKind::user;
    std::filesystem::path folder;  // created if missing
    matching::Pattern name = matching::Pattern::default_for(
        OwnerKind::user);             // of the files, without .jpg; made safe for a file system
    std::optional<photo::Size> size;  // nullopt: the largest
};

struct ExportPorts {
    directory::Store& directory;
    photo::Catalog& catalog;
    photo::BlobStore& blobs;
};

struct ExportReport {
    struct Line {
        std::string person;
        std::string detail;
    };
    std::size_t written = 0;
    std::size_t unchanged = 0;  // files that had these bytes already
    std::uint64_t bytes = 0;    // of both
    std::size_t without_photo = 0;
    std::vector<Line> lacks_size;  // have a photo, but not of that size
    std::vector<Line> nameless;    // lack a property of the name pattern
    std::vector<Line> clashing;    // have the same file name as another owner
    std::vector<Line> damaged;     // the bytes are missing or do not match their CRC
    bool stopped = false;
};

// Changes nothing in the store. Each file is replaced as a whole and gets the photo's time; a file
// with the same bytes is not written. Fault::internal if the folder cannot be written or the owners
// cannot be read.
Result<ExportReport> export_photos(const ExportPorts& ports, const ExportOptions& options,
                                   const OnProgress& on_progress, const std::stop_token& stop);

}  // namespace cameo::transfer
