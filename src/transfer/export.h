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
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "photo/sizes.h"
#include "transfer/name_pattern.h"
#include "transfer/progress.h"

// Exports photos: one JPEG for each person (or group) who has a photo.
namespace cameo::transfer {

struct ExportOptions {
    std::string tenant;  // id
    OwnerKind kind = OwnerKind::user;
    std::filesystem::path folder;  // made where it is missing
    Pattern name = Pattern::default_for(
        OwnerKind::user);             // of the files, without .jpg; made safe for a file system
    std::optional<photo::Size> size;  // nullopt: the largest that there is
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
    std::size_t unchanged = 0;  // files that held these bytes already
    std::uint64_t bytes = 0;    // of both
    std::size_t without_photo = 0;
    std::vector<Line> lacks_size;  // a photo, but not of that size
    std::vector<Line> nameless;    // lacks a property of the name pattern
    std::vector<Line> clashing;    // would have the file name of somebody else
    std::vector<Line> damaged;     // bytes missing, or not those of their CRC
    bool stopped = false;
};

// Changes nothing in the store. Each file appears whole, with the photo's time; one that holds the
// same bytes is left alone. Fault::internal where the folder cannot be written or people cannot be
// read.
Result<ExportReport> export_photos(const ExportPorts& ports, const ExportOptions& options,
                                   const OnProgress& on_progress, const std::stop_token& stop);

}  // namespace cameo::transfer
