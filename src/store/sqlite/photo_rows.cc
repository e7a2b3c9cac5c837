#include "store/sqlite/photo_rows.h"

#include <algorithm>
#include <limits>

namespace cameo::store::sqlite {

std::int64_t milliseconds(Instant instant) { return instant.time_since_epoch().count(); }

std::int64_t bounded(std::size_t limit) {
    constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
    return static_cast<std::int64_t>(std::min(limit, kMost));
}

void bind_owner(Query& query, const OwnerKey& owner) {
    query.bind(1, owner.tenant).bind(2, static_cast<std::int64_t>(owner.kind)).bind(3, owner.id);
}

std::optional<PhotoRow> find_photo_row(Connection& connection, const OwnerKey& owner) {
    auto query =
        connection.query("SELECT etag, blob_key FROM photos WHERE tenant=?1 AND kind=?2 AND id=?3");
    bind_owner(query, owner);
    if (!query.step()) return std::nullopt;
    return PhotoRow{query.text(0), query.text(1)};
}

void retire_blob(Connection& connection, const std::string& blob_key, Instant when) {
    connection.query("REPLACE INTO retired_blobs(key, retired_at) VALUES(?1, ?2)")
        .bind(1, blob_key)
        .bind(2, milliseconds(when))
        .step();
}

void drop_photo(Connection& connection, const OwnerKey& owner, Instant when) {
    const auto row = find_photo_row(connection, owner);
    if (!row) return;
    retire_blob(connection, row->blob_key, when);
    auto query = connection.query("DELETE FROM photos WHERE tenant=?1 AND kind=?2 AND id=?3");
    bind_owner(query, owner);
    query.step();
}

}  // namespace cameo::store::sqlite
