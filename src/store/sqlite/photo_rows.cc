#include "store/sqlite/photo_rows.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "base/ids.h"
#include "photo/crop.h"
#include "photo/history.h"
#include "store/sqlite/memberships.h"

namespace cameo::store::sqlite {
namespace {

using photo::Photo;

Result<std::optional<photo::Crop>> read_crop(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return photo::parse_crop(text);
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

Result<void> check_owner(Connection& connection, const OwnerKey& owner) {
    auto query = connection.query(owner_sql(owner.kind));
    query.bind(1, owner.tenant).bind(2, owner.id);
    if (query.step() && query.text(0) == owner.id) return {};
    return fail(Fault::no_owner, "");
}

Result<void> check_lock(Connection& connection, const OwnerKey& owner,
                        const photo::WriteCondition& condition) {
    if (!condition.unless_locked || !has_lock(connection, owner)) return {};
    return fail(Fault::denied, std::string(photo::kLocked));
}

void run_for(Connection& connection, std::string_view sql, const OwnerKey& owner) {
    auto query = connection.query(sql);
    bind_owner(query, owner);
    query.step();
}

// The copy of a row is one statement: all columns but those of the replacement keep their values.
void keep_former(Connection& connection, const OwnerKey& owner, Instant when,
                 const photo::Replacement& replacement) {
    const std::string id = random_hex128_lower();
    auto query = connection.query(
        "INSERT INTO former_photos(id, tenant, kind, owner, etag, content_type, blob_key, "
        "upload_hash, storage, modified, source, modified_by, run, crop, renditions, replaced_at, "
        "replaced_by, replaced_run) "
        "SELECT ?4, tenant, kind, id, etag, content_type, blob_key, upload_hash, storage, "
        "modified, source, modified_by, run, crop, renditions, ?5, ?6, ?7 "
        "FROM photos WHERE tenant=?1 AND kind=?2 AND id=?3");
    bind_owner(query, owner);
    query.bind(4, id)
        .bind(5, milliseconds(when))
        .bind(6, replacement.by)
        .bind(7, replacement.run)
        .step();
}

// Removes those beyond photo::kMostFormerPhotos.
void limit_former(Connection& connection, const OwnerKey& owner, Instant when) {
    std::vector<std::pair<std::int64_t, std::string>> surplus;
    {
        auto query = connection.query(
            "SELECT number, blob_key FROM former_photos WHERE tenant=?1 AND kind=?2 AND owner=?3 "
            "ORDER BY replaced_at DESC, number DESC LIMIT -1 OFFSET ?4");
        bind_owner(query, owner);
        query.bind(4, bounded(photo::kMostFormerPhotos));
        while (query.step()) surplus.emplace_back(query.integer(0), query.text(1));
    }
    for (const auto& [number, blob_key] : surplus) {
        retire_blob(connection, owner, blob_key, when);
        connection.query("DELETE FROM former_photos WHERE number=?1").bind(1, number).step();
    }
}

}  // namespace

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

std::int64_t milliseconds(Instant instant) { return instant.time_since_epoch().count(); }

Instant instant(std::int64_t milliseconds) {
    return Instant(std::chrono::milliseconds(milliseconds));
}

std::int64_t bounded(std::size_t limit) {
    constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
    return static_cast<std::int64_t>(std::min(limit, kMost));
}

void bind_owner(Query& query, const OwnerKey& owner) {
    query.bind(1, owner.tenant).bind(2, static_cast<std::int64_t>(owner.kind)).bind(3, owner.id);
}

Result<std::optional<Photo>> find_photo(Connection& connection, const OwnerKey& owner) {
    auto query = connection.query(
        "SELECT etag, content_type, blob_key, upload_hash, storage, modified, source, "
        "modified_by, run, crop, renditions, version FROM photos WHERE tenant=?1 AND kind=?2 AND "
        "id=?3");
    bind_owner(query, owner);
    if (!query.step()) return std::nullopt;
    return read_photo(query, owner);
}

std::optional<PhotoRow> find_photo_row(Connection& connection, const OwnerKey& owner) {
    auto query = connection.query(
        "SELECT etag, blob_key, modified, run, replaced FROM photos WHERE tenant=?1 AND kind=?2 "
        "AND id=?3");
    bind_owner(query, owner);
    if (!query.step()) return std::nullopt;
    return PhotoRow{query.text(0), query.text(1), instant(query.integer(2)), query.text(3),
                    query.integer(4) != 0};
}

void write_photo_row(Connection& connection, const OwnerKey& owner, const Photo& photo,
                     std::int64_t version, bool replaced) {
    const Bytes renditions = photo::pack(photo.renditions);
    const std::string crop = photo.crop ? photo::to_string(*photo.crop) : std::string();
    auto query = connection.query(
        "REPLACE INTO photos(tenant, kind, id, etag, content_type, blob_key, upload_hash, storage, "
        "modified, source, modified_by, run, crop, renditions, version, replaced) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)");
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
        .bind(13, crop)
        .bind(14, ByteView(renditions))
        .bind(15, version)
        .bind(16, replaced ? 1 : 0)
        .step();
}

void delete_photo_row(Connection& connection, const OwnerKey& owner) {
    run_for(connection, "DELETE FROM photos WHERE tenant=?1 AND kind=?2 AND id=?3", owner);
}

void delete_former_rows(Connection& connection, const OwnerKey& owner) {
    run_for(connection, "DELETE FROM former_photos WHERE tenant=?1 AND kind=?2 AND owner=?3",
            owner);
}

bool has_lock(Connection& connection, const OwnerKey& owner) {
    auto query =
        connection.query("SELECT 1 FROM photo_locks WHERE tenant=?1 AND kind=?2 AND id=?3");
    bind_owner(query, owner);
    return query.step();
}

Result<void> check_removable(Connection& connection, const OwnerKey& owner,
                             const photo::WriteCondition& condition) {
    if (auto fine = check_acting_owner(connection, owner.tenant, owner.id, condition.acting_owner);
        !fine)
        return fine;
    return check_lock(connection, owner, condition);
}

Result<void> check_writable(Connection& connection, const OwnerKey& owner,
                            const photo::WriteCondition& condition) {
    auto fine = check_acting_owner(connection, owner.tenant, owner.id, condition.acting_owner);
    if (fine) fine = check_owner(connection, owner);
    if (fine) fine = check_lock(connection, owner, condition);
    return fine;
}

Result<void> check_condition(const photo::WriteCondition& condition,
                             const std::optional<PhotoRow>& current) {
    std::optional<photo::WriteCondition::Version> version;
    if (current) version = {current->etag, current->blob_key, current->modified};
    if (condition.holds(version)) return {};
    return fail(Fault::precondition_failed,
                "The photo is not the one that the request's condition names.");
}

void displace_photo(Connection& connection, const OwnerKey& owner, const PhotoRow& current,
                    Instant when, const photo::Replacement& replacement) {
    if (!replacement.keeps_former) {
        retire_blob(connection, owner, current.blob_key, when);
        return;
    }
    keep_former(connection, owner, when, replacement);
    limit_former(connection, owner, when);
}

void drop_photos(Connection& connection, const OwnerKey& owner, Instant when) {
    auto retire = connection.query(
        "REPLACE INTO retired_blobs(key, retired_at) "
        "SELECT blob_key, ?4 FROM photos WHERE tenant=?1 AND kind=?2 AND id=?3 UNION ALL "
        "SELECT blob_key, ?4 FROM former_photos WHERE tenant=?1 AND kind=?2 AND owner=?3");
    bind_owner(retire, owner);
    retire.bind(4, milliseconds(when)).step();
    // Blobs that were retired before no longer name the owner.
    run_for(connection,
            "UPDATE retired_blobs SET tenant='', kind=0, owner='' WHERE tenant=?1 AND kind=?2 AND "
            "owner=?3 AND owner<>''",
            owner);
    delete_former_rows(connection, owner);
    run_for(connection, "DELETE FROM photo_locks WHERE tenant=?1 AND kind=?2 AND id=?3", owner);
    delete_photo_row(connection, owner);
    if (connection.changes() > 0)
        record_change(connection, owner, photo::Change::What::photo_removed, when);
}

void retire_blob(Connection& connection, const OwnerKey& owner, const std::string& blob_key,
                 Instant when) {
    auto query = connection.query(
        "REPLACE INTO retired_blobs(tenant, kind, owner, key, retired_at) VALUES(?1, ?2, ?3, ?4, "
        "?5)");
    bind_owner(query, owner);
    query.bind(4, blob_key).bind(5, milliseconds(when)).step();
}

std::int64_t record_change(Connection& connection, const OwnerKey& owner, photo::Change::What what,
                           Instant at) {
    auto query = connection.query(
        "INSERT INTO changes(tenant, kind, id, what, at) VALUES(?1, ?2, ?3, ?4, ?5)");
    bind_owner(query, owner);
    query.bind(4, static_cast<std::int64_t>(what)).bind(5, milliseconds(at)).step();
    return connection.last_row();
}

}  // namespace cameo::store::sqlite
