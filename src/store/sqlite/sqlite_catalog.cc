#include "store/sqlite/sqlite_catalog.h"

#include <string_view>
#include <utility>

#include "photo/photo.h"
#include "store/sqlite/photo_rows.h"

namespace cameo::store::sqlite {
namespace {

using photo::Photo;

constexpr std::string_view kPhotosAfter =
    "SELECT etag, content_type, blob_key, upload_hash, storage, modified, source, modified_by, "
    "run, "
    "crop, renditions, version, tenant, kind, id FROM photos WHERE (tenant, kind, id) > (?1, ?2, "
    "?3) "
    "ORDER BY tenant, kind, id LIMIT ?4";

// Of an upload that names a run; an empty id names none.
Result<void> check_run(Connection& connection, const std::string& tenant, const std::string& run) {
    if (run.empty()) return {};
    auto query = connection.query("SELECT undone_at FROM runs WHERE id=?1 AND tenant=?2");
    query.bind(1, run).bind(2, tenant);
    if (!query.step()) return fail(Fault::malformed, std::string(photo::kNoRun));
    if (query.integer(0) != 0) return fail(Fault::malformed, std::string(photo::kRunIsUndone));
    return {};
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

Result<std::optional<Photo>> SqliteCatalog::find(const OwnerKey& owner, Deadline deadline) {
    return engine_.read(deadline,
                        [&](Connection& connection) { return find_photo(connection, owner); });
}

Result<std::int64_t> SqliteCatalog::put(const OwnerKey& owner, const Photo& photo,
                                        const photo::WriteCondition& condition, Deadline deadline,
                                        const photo::Replacement& replacement) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<std::int64_t> {
        auto fine = check_writable(connection, owner, condition);
        if (fine) fine = check_run(connection, owner.tenant, replacement.run);
        if (!fine) return std::unexpected(std::move(fine.error()));
        const auto current = find_photo_row(connection, owner);
        if (fine = check_condition(condition, current); !fine)
            return std::unexpected(std::move(fine.error()));
        if (current && current->blob_key != photo.blob_key)
            displace_photo(connection, owner, *current, photo.modified, replacement);
        const auto version =
            record_change(connection, owner, photo::Change::What::photo_put, photo.modified);
        const bool is_same_run =
            current && !photo.origin.run.empty() && current->run == photo.origin.run;
        write_photo_row(connection, owner, photo, version,
                        is_same_run ? current->replaced : current.has_value());
        return version;
    });
}

Result<bool> SqliteCatalog::remove(const OwnerKey& owner, const photo::WriteCondition& condition,
                                   Instant now, Deadline deadline,
                                   const photo::Replacement& replacement) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<bool> {
        if (auto fine = check_removable(connection, owner, condition); !fine)
            return std::unexpected(std::move(fine.error()));
        const auto current = find_photo_row(connection, owner);
        if (!current) return false;
        if (auto fine = check_condition(condition, current); !fine)
            return std::unexpected(std::move(fine.error()));
        displace_photo(connection, owner, *current, now, replacement);
        delete_photo_row(connection, owner);
        record_change(connection, owner, photo::Change::What::photo_removed, now);
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
                "EXISTS(SELECT 1 FROM former_photos WHERE blob_key=?1) OR "
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
