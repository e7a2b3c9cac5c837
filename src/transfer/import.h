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
#include "photo/image_renderer.h"
#include "transfer/name_pattern.h"
#include "transfer/photo_service.h"
#include "transfer/picture_source.h"
#include "transfer/progress.h"

// Imports photos: finds the one person (or group) with the name of each picture.
namespace cameo::transfer {

enum class ImportOutcome {
    added,      // had no photo
    replaced,   // had another photo
    unchanged,  // has the same photo
    unmatched,  // no owner has that name
    ambiguous,  // several owners have it, or several pictures have one owner
    refused,    // by the rules for pictures
    failed,     // for another reason than the picture
    left,       // not processed: the import was stopped
};

std::string_view to_string(ImportOutcome outcome);

struct ImportLine {
    ImportOutcome outcome = ImportOutcome::left;
    std::string picture;  // PictureSource::Item::label
    std::string person;   // OwnerEntry::label; empty if none matched
    std::string detail;   // a sentence; may be empty
};

struct ImportReport {
    std::vector<ImportLine> lines;           // one for each picture, in their order
    std::vector<std::string> without_photo;  // labels of owners that have none now (or would have)
    std::size_t ignored = 0;                 // files whose names are not those of pictures
    std::optional<std::string> gave_up;      // the reason, if it ended early after many failures

    std::size_t count(ImportOutcome outcome) const;
};

struct ImportOptions {
    std::string tenant;  // id
    OwnerKind kind = OwnerKind::user;
    Pattern pattern = Pattern::default_for(OwnerKind::user);
    bool dry_run = false;      // checks everything and changes nothing
    std::size_t parallel = 2;  // uploads in flight
};

struct ImportPorts {
    directory::Store& directory;
    photo::Catalog& catalog;
    photo::BlobStore& blobs;
    PhotoService& service;
    // Checks a picture without decoding it, for a dry run.
    std::function<Result<void>(ByteView upload, const photo::RenderOptions&)> probe;
};

// Fault::internal or Fault::busy if the owners cannot be read; other failures are in the report.
// After a stop, uploads in progress are finished.
Result<ImportReport> import_photos(PictureSource& source, const ImportPorts& ports,
                                   const ImportOptions& options, const OnProgress& on_progress,
                                   const std::stop_token& stop);

// Another pattern that would match pictures of the source, and how many.
struct MatchHint {
    std::string match;  // as --match accepts it
    std::size_t pictures = 0;
};

// For a source without any match: the patterns with matches, best first.
Result<std::vector<MatchHint>> other_matches(const PictureSource& source, directory::Store& store,
                                             const std::string& tenant, OwnerKind kind);

}  // namespace cameo::transfer
