#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/owner.h"
#include "store/sqlite/connection.h"

// The steps on the tables photos and retired_blobs that catalog and directory share. Each is a part
// of its caller's transaction.
namespace cameo::store::sqlite {

struct PhotoRow {
    std::string etag, blob_key;
};

std::int64_t milliseconds(Instant instant);  // as the columns have it
std::int64_t bounded(std::size_t limit);     // for LIMIT and OFFSET, which are signed

void bind_owner(Query& query, const OwnerKey& owner);  // parameters 1 to 3
std::optional<PhotoRow> find_photo_row(Connection& connection, const OwnerKey& owner);
void retire_blob(Connection& connection, const std::string& blob_key, Instant when);
// Deletes the row and retires its blob. Nothing where there is no photo.
void drop_photo(Connection& connection, const OwnerKey& owner, Instant when);

}  // namespace cameo::store::sqlite
