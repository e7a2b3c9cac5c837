#include "store/sqlite/sqlite_catalog.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "photo/crop.h"
#include "photo/photo.h"
#include "store/sqlite/memberships.h"

namespace cameo::store::sqlite {
namespace {

using photo::Photo;

constexpr std::string_view kPhotoOf =
    "SELECT etag, content_type, blob_key, upload_hash, storage, modified, source, modified_by, "
    "run, "
    "crop, renditions, version FROM photos WHERE tenant=?1 AND kind=?2 AND id=?3";
constexpr std::string_view kPhotosAfter =
    "SELECT etag, content_type, blob_key, upload_hash, storage, modified, source, modified_by, "
    "run, "
    "crop, renditions, version, tenant, kind, id FROM photos WHERE (tenant, kind, id) > (?1, ?2, "
    "?3) "
    "ORDER BY tenant, kind, id LIMIT ?4";

Result<std::optional<photo::Crop>> read_crop(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return photo::parse_crop(text);
}

// The columns of both statements.
Result<Photo> read_photo(const Query& row, const OwnerKey& owner) {
    Photo photo{.etag = row.text(0),
                .content_type = row.text(1),
                .blob_key = row.text(2),
                .storage = static_cast<PhotoStorage>(row.integer(4)),
                .modified = Instant(std::chrono::milliseconds(row.integer(5))),
                .origin = {.source = row.text(6), .by = row.text(7), .run = row.text(8)},
                .version = row.integer(11)};
    auto crop = read_crop(row.text(9));
    if (!crop) return fail(Fault::internal, crop.error().detail + " (owner " + owner.id + ")");
    photo.crop = *crop;
    auto renditions = photo::unpack(row.bytes(10));
    if (!renditions)
        return fail(Fault::internal, renditions.error().detail + " (owner " + owner.id + ")");
    photo.renditions = *std::move(renditions);
    const ByteView hash = row.bytes(3);
    if (hash.size() != photo.upload_hash.size())
        return fail(Fault::internal,
                    "a photo's upload hash is not SHA-256 (owner " + owner.id + ")");
    std::ranges::copy(hash, photo.upload_hash.begin());
    return photo;
}

void write_row(Connection& connection, const OwnerKey& owner, const Photo& photo,
               std::int64_t version) {
    const Bytes renditions = photo::pack(photo.renditions);
    auto query = connection.query(
        "REPLACE INTO photos(tenant, kind, id, etag, content_type, blob_key, upload_hash, storage, "
        "modified, source, modified_by, run, crop, renditions, version) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)");
    bind_owner(query, owner);
    query.bind(4, photo.etag)
        .bind(5, photo.content_type)
        .bind(6, photo.blob_key)
        .bind(7, ByteView(photo.upload_hash))
        .bind(8, static_cast<std::int64_t>(photo.storage))
        .bind(9, milliseconds(photo.modified))
        .bind(10, photo.origin.source)
        .bind(11, photo.origin.by)
        .bind(12, photo.origin.run)
        .bind(13, photo.crop ? photo::to_string(*photo.crop) : std::string())
        .bind(14, ByteView(renditions))
        .bind(15, version)
        .step();
}

std::string_view owner_sql(OwnerKind kind) {
    switch (kind) {
        case OwnerKind::user:
            return "SELECT id FROM users WHERE tenant=?1 AND id=?2";
        case OwnerKind::group:
            return "SELECT id FROM groups WHERE tenant=?1 AND id=?2";
        case OwnerKind::contact:
            return "SELECT id FROM contacts WHERE tenant=?1 AND id=?2";
    }
    std::unreachable();
}

// Exactly as the directory has it: a removal takes the photo of that key only.
Result<void> check_owner(Connection& connection, const OwnerKey& owner) {
    auto query = connection.query(owner_sql(owner.kind));
    query.bind(1, owner.tenant).bind(2, owner.id);
    if (query.step() && query.text(0) == owner.id) return {};
    return fail(Fault::no_owner, "");
}

std::optional<photo::WriteCondition::Version> version_of(const std::optional<PhotoRow>& row) {
    if (!row) return std::nullopt;
    return photo::WriteCondition::Version{row->etag, row->blob_key, row->modified};
}

std::unexpected<Error> condition_failed() {
    return fail(Fault::precondition_failed,
                "The photo is not the one that the request's condition names.");
}

// Whether every change after `after` is kept. SQLite keeps the highest seq that was ever used.
bool is_position(Connection& connection, std::int64_t after) {
    auto query = connection.query(
        "WITH used AS (SELECT coalesce(max(seq), 0) AS last FROM sqlite_sequence WHERE "
        "name='changes') "
        "SELECT ?1 + 1 >= coalesce((SELECT min(seq) FROM changes), last + 1) AND ?1 <= last "
        "FROM used");
    return query.bind(1, after).step() && query.integer(0) != 0;
}

}  // namespace

std::int64_t milliseconds(Instant instant) { return instant.time_since_epoch().count(); }

std::int64_t bounded(std::size_t limit) {
    constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
    return static_cast<std::int64_t>(std::min(limit, kMost));
}

void bind_owner(Query& query, const OwnerKey& owner) {
    query.bind(1, owner.tenant).bind(2, static_cast<std::int64_t>(owner.kind)).bind(3, owner.id);
}

std::optional<PhotoRow> find_photo_row(Connection& connection, const OwnerKey& owner) {
    auto query = connection.query(
        "SELECT etag, blob_key, modified FROM photos WHERE tenant=?1 AND kind=?2 AND id=?3");
    bind_owner(query, owner);
    if (!query.step()) return std::nullopt;
    return PhotoRow{query.text(0), query.text(1),
                    Instant(std::chrono::milliseconds(query.integer(2)))};
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
    record_change(connection, owner, photo::Change::What::photo_removed, when);
}

std::int64_t record_change(Connection& connection, const OwnerKey& owner, photo::Change::What what,
                           Instant at) {
    auto query = connection.query(
        "INSERT INTO changes(tenant, kind, id, what, at) VALUES(?1, ?2, ?3, ?4, ?5)");
    bind_owner(query, owner);
    query.bind(4, static_cast<std::int64_t>(what)).bind(5, milliseconds(at)).step();
    return connection.last_row();
}

Result<std::optional<Photo>> SqliteCatalog::find(const OwnerKey& owner, Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) -> Result<std::optional<Photo>> {
        auto query = connection.query(kPhotoOf);
        bind_owner(query, owner);
        if (!query.step()) return std::nullopt;
        return read_photo(query, owner);
    });
}

Result<std::int64_t> SqliteCatalog::put(const OwnerKey& owner, const Photo& photo,
                                        const photo::WriteCondition& condition, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<std::int64_t> {
        auto fine = check_acting_owner(connection, owner.tenant, owner.id, condition.acting_owner);
        if (fine) fine = check_owner(connection, owner);
        if (!fine) return std::unexpected(std::move(fine.error()));
        const auto current = find_photo_row(connection, owner);
        if (!condition.holds(version_of(current))) return condition_failed();
        if (current && current->blob_key != photo.blob_key)
            retire_blob(connection, current->blob_key, photo.modified);
        const auto version =
            record_change(connection, owner, photo::Change::What::photo_put, photo.modified);
        write_row(connection, owner, photo, version);
        return version;
    });
}

Result<bool> SqliteCatalog::remove(const OwnerKey& owner, const photo::WriteCondition& condition,
                                   Instant now, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<bool> {
        if (auto fine =
                check_acting_owner(connection, owner.tenant, owner.id, condition.acting_owner);
            !fine)
            return std::unexpected(std::move(fine.error()));
        const auto current = find_photo_row(connection, owner);
        if (!current) return false;
        if (!condition.holds(version_of(current))) return condition_failed();
        drop_photo(connection, owner, now);
        return true;
    });
}

Result<void> SqliteCatalog::limit_retired(Instant latest, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<void> {
        connection.query("UPDATE retired_blobs SET retired_at=?1 WHERE retired_at>?1")
            .bind(1, milliseconds(latest))
            .step();
        return {};
    });
}

Result<std::vector<std::string>> SqliteCatalog::retired(Instant before, std::size_t limit,
                                                        Deadline deadline) {
    using Keys = std::vector<std::string>;
    return engine_.read(deadline, [&](Connection& connection) -> Result<Keys> {
        auto query = connection.query(
            "SELECT key FROM retired_blobs WHERE retired_at < ?1 ORDER BY retired_at, key LIMIT "
            "?2");
        query.bind(1, milliseconds(before)).bind(2, bounded(limit));
        Keys keys;
        while (query.step()) keys.push_back(query.text(0));
        return keys;
    });
}

Result<void> SqliteCatalog::forget_retired(const std::vector<std::string>& blob_keys,
                                           Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<void> {
        for (const auto& key : blob_keys)
            connection.query("DELETE FROM retired_blobs WHERE key=?1").bind(1, key).step();
        return {};
    });
}

Result<std::vector<photo::Catalog::Owned>> SqliteCatalog::list(const std::optional<OwnerKey>& after,
                                                               std::size_t limit,
                                                               Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) -> Result<std::vector<Owned>> {
        // No tenant id is empty, so the first photo follows the empty key.
        const OwnerKey start = after.value_or(OwnerKey{"", OwnerKind::user, ""});
        auto query = connection.query(kPhotosAfter);
        bind_owner(query, start);
        query.bind(4, bounded(limit));
        std::vector<Owned> page;
        while (query.step()) {
            OwnerKey owner{query.text(12), static_cast<OwnerKind>(query.integer(13)),
                           query.text(14)};
            auto photo = read_photo(query, owner);
            if (!photo) return std::unexpected(std::move(photo.error()));
            page.push_back({std::move(owner), *std::move(photo)});
        }
        return page;
    });
}

Result<std::vector<std::string>> SqliteCatalog::unknown_blobs(
    const std::vector<std::string>& blob_keys, Deadline deadline) {
    using Keys = std::vector<std::string>;
    return engine_.read(deadline, [&](Connection& connection) -> Result<Keys> {
        Keys unknown;
        for (const auto& key : blob_keys) {
            // One statement reads one state, so a blob that is retired meanwhile is never unknown.
            auto query = connection.query(
                "SELECT EXISTS(SELECT 1 FROM photos WHERE blob_key=?1) OR "
                "EXISTS(SELECT 1 FROM retired_blobs WHERE key=?1)");
            query.bind(1, key).step();
            if (query.integer(0) == 0) unknown.push_back(key);
        }
        return unknown;
    });
}

Result<std::optional<std::vector<photo::Change>>> SqliteCatalog::changes(std::int64_t after,
                                                                         std::size_t limit,
                                                                         Deadline deadline) {
    using Changes = std::optional<std::vector<photo::Change>>;
    return engine_.read(deadline, [&](Connection& connection) -> Result<Changes> {
        auto query = connection.query(
            "SELECT seq, tenant, kind, id, what, at FROM changes WHERE seq > ?1 ORDER BY seq LIMIT "
            "?2");
        query.bind(1, after).bind(2, bounded(limit));
        std::vector<photo::Change> changes;
        while (query.step())
            changes.push_back(
                {.seq = query.integer(0),
                 .owner = {query.text(1), static_cast<OwnerKind>(query.integer(2)), query.text(3)},
                 .what = static_cast<photo::Change::What>(query.integer(4)),
                 .at = Instant(std::chrono::milliseconds(query.integer(5)))});
        // Afterwards: what was pruned between the two statements counts as missing.
        if (!is_position(connection, after)) return std::nullopt;
        return changes;
    });
}

Result<std::int64_t> SqliteCatalog::last_change(Deadline deadline) {
    return engine_.read(deadline, [](Connection& connection) -> Result<std::int64_t> {
        return connection.number("SELECT seq FROM sqlite_sequence WHERE name='changes'");
    });
}

Result<std::size_t> SqliteCatalog::prune_changes(Instant now, std::size_t limit,
                                                 Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<std::size_t> {
        // Reads `limit` rows at most, however many are old.
        connection
            .query(
                "WITH oldest AS (SELECT seq, at FROM changes ORDER BY seq LIMIT ?3) "
                "DELETE FROM changes WHERE seq IN (SELECT seq FROM oldest WHERE seq < "
                "coalesce((SELECT min(seq) FROM oldest WHERE at > ?1 AND at <= ?2), "
                "9223372036854775807)) "
                "AND (SELECT at FROM changes ORDER BY seq DESC LIMIT 1) <= ?2")
            .bind(1, milliseconds(now - photo::kChangesKept))
            .bind(2, milliseconds(now))
            .bind(3, bounded(limit))
            .step();
        return static_cast<std::size_t>(connection.changes());
    });
}

Result<void> SqliteCatalog::add_lease(const std::string& id, Instant ends, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<void> {
        connection.query("REPLACE INTO leases(id, ends) VALUES(?1, ?2)")
            .bind(1, id)
            .bind(2, milliseconds(ends))
            .step();
        return {};
    });
}

Result<bool> SqliteCatalog::renew_lease(const std::string& id, Instant ends, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<bool> {
        connection.query("UPDATE leases SET ends=?2 WHERE id=?1")
            .bind(1, id)
            .bind(2, milliseconds(ends))
            .step();
        return connection.changes() > 0;
    });
}

Result<void> SqliteCatalog::remove_lease(const std::string& id, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<void> {
        connection.query("DELETE FROM leases WHERE id=?1").bind(1, id).step();
        return {};
    });
}

// 0 is no end: a server of schema 4 to 6 wrote it.
Result<void> SqliteCatalog::limit_leases(Instant latest, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<void> {
        connection.query("UPDATE leases SET ends=?1 WHERE ends=0 OR ends>?1")
            .bind(1, milliseconds(latest))
            .step();
        return {};
    });
}

Result<std::size_t> SqliteCatalog::remove_ended_leases(Instant now, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<std::size_t> {
        connection.query("DELETE FROM leases WHERE ends<=?1").bind(1, milliseconds(now)).step();
        return static_cast<std::size_t>(connection.number("SELECT count(*) FROM leases"));
    });
}

}  // namespace cameo::store::sqlite
