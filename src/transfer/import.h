#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/owner.h"
#include "base/result.h"
#include "directory/store.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "transfer/name_pattern.h"
#include "transfer/photo_service.h"
#include "transfer/picture_source.h"
#include "transfer/progress.h"

// Imports photos: each picture of a source for the one person (or group) with its name.
namespace cameo::transfer {

enum class ImportOutcome {
    added,      // had no photo
    replaced,   // had another one
    unchanged,  // has this very one
    unmatched,  // no owner has that name
    ambiguous,  // several have it, or several pictures are for one
    refused,    // by the rules for pictures
    failed,     // by no fault of the picture
    left,       // not come to: the work was stopped
};

std::string_view to_string(ImportOutcome outcome);

struct ImportLine {
    ImportOutcome outcome = ImportOutcome::left;
    std::string picture;  // PictureSource::Item::label
    std::string person;   // OwnerEntry::label; empty where none matched
    std::string detail;   // a sentence, where there is more to say
};

struct ImportReport {
    std::vector<ImportLine> lines;           // one for each picture, in their order
    std::vector<std::string> without_photo;  // labels of those who have none now (or would have)
    std::size_t ignored = 0;                 // files whose names are not those of pictures
    std::optional<std::string> gave_up;      // why, where so much failed that it ended early

    std::size_t count(ImportOutcome outcome) const;
};

struct ImportOptions {
    std::string tenant;  // id
    OwnerKind kind = OwnerKind::user;
    Pattern pattern = Pattern::default_for(OwnerKind::user);
    bool dry_run = false;      // looks at everything and changes nothing
    std::size_t parallel = 2;  // uploads in flight
};

struct ImportPorts {
    directory::Store& directory;
    photo::Catalog& catalog;
    photo::BlobStore& blobs;
    PhotoService& service;
    // What can be said of a picture without decoding it, for a dry run.
    std::function<Result<void>(ByteView upload, PhotoStorage)> probe;
};

// Fault::internal or Fault::busy where people cannot be read; all else is in the report. On a stop,
// what is in flight is finished.
Result<ImportReport> import_photos(PictureSource& source, const ImportPorts& ports,
                                   const ImportOptions& options, const OnProgress& on_progress,
                                   const std::stop_token& stop);

// Another pattern by which pictures of the source would find people, and how many.
struct MatchHint {
    std::string match;  // as --match takes it
    std::size_t pictures = 0;
};

// For a source of which nothing matched: best first; only what would match any.
Result<std::vector<MatchHint>> other_matches(const PictureSource& source, directory::Store& store,
                                             const std::string& tenant, OwnerKind kind);

}  // namespace cameo::transfer
