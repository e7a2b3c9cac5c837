#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/owner.h"
#include "base/result.h"
#include "photo/catalog.h"
#include "photo/photo.h"
#include "store/sqlite/connection.h"

// Reads and writes of the rows of photos, former photos, retired blobs and changes, for the catalog
// and the directory. Each runs in its caller's transaction, throws SqliteError, and is for one
// thread. Columns: docs/storage.md, "The catalog".
namespace cameo::store::sqlite {

// The columns of a photo that a write compares.
struct PhotoRow {
    std::string etag, blob_key;
    Instant modified{};
    std::string run;
    bool replaced = false;  // there was a photo before that run
};

std::int64_t milliseconds(Instant instant);  // as the columns have it
Instant instant(std::int64_t milliseconds);
std::int64_t bounded(std::size_t limit);  // for LIMIT and OFFSET, which are signed

void bind_owner(Query& query, const OwnerKey& owner);  // parameters 1 to 3

// From the columns etag, content_type, blob_key, upload_hash, storage, modified, source,
// modified_by, run, crop, renditions, version: the first of a row. Fault::internal if one of them
// is malformed.
Result<photo::Photo> read_photo(const Query& row, const OwnerKey& owner);
Result<std::optional<photo::Photo>> find_photo(Connection& connection, const OwnerKey& owner);
std::optional<PhotoRow> find_photo_row(Connection& connection, const OwnerKey& owner);
// `replaced` as PhotoRow has it.
void write_photo_row(Connection& connection, const OwnerKey& owner, const photo::Photo& photo,
                     std::int64_t version, bool replaced);
// No change is recorded.
void delete_photo_row(Connection& connection, const OwnerKey& owner);
void delete_former_rows(Connection& connection, const OwnerKey& owner);  // all of the owner
bool has_lock(Connection& connection, const OwnerKey& owner);

// The first checks of a write, in this order: acting owner, owner, lock. An owner must exist
// exactly as the directory has it: a removal takes the photo of that key only.
Result<void> check_writable(Connection& connection, const OwnerKey& owner,
                            const photo::WriteCondition& condition);
// As check_writable, for an owner that may be missing.
Result<void> check_removable(Connection& connection, const OwnerKey& owner,
                             const photo::WriteCondition& condition);
// Fault::precondition_failed if it does not hold.
Result<void> check_condition(const photo::WriteCondition& condition,
                             const std::optional<PhotoRow>& current);

// For the owner's photo whose row is about to be replaced or deleted: makes it a former photo, or
// retires its blob.
void displace_photo(Connection& connection, const OwnerKey& owner, const PhotoRow& current,
                    Instant when, const photo::Replacement& replacement);
// For an owner that is removed. Deletes the photo and the former photos, retires their blobs, ends
// the lock, and records the change of the photo, if there was one.
void drop_photos(Connection& connection, const OwnerKey& owner, Instant when);

void retire_blob(Connection& connection, const OwnerKey& owner, const std::string& blob_key,
                 Instant when);

// Adds a row to changes; its seq.
std::int64_t record_change(Connection& connection, const OwnerKey& owner, photo::Change::What what,
                           Instant at);

}  // namespace cameo::store::sqlite
