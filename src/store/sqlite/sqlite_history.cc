#include <optional>
#include <string_view>
#include <utility>

#include "photo/history.h"
#include "store/sqlite/photo_rows.h"
#include "store/sqlite/sqlite_catalog.h"

// The functions of photo::History: docs/storage.md, "Former photos", "Runs".
namespace cameo::store::sqlite {
namespace {

using photo::FormerPhoto;
using photo::Run;
using What = photo::Change::What;

constexpr std::string_view kFormerOfOwner =
    "SELECT etag, content_type, blob_key, upload_hash, storage, modified, source, modified_by, "
    "run, crop, renditions, 0, tenant, kind, owner, id, replaced_at, replaced_by, replaced_run "
    "FROM former_photos WHERE tenant=?1 AND kind=?2 AND owner=?3 "
    "ORDER BY replaced_at DESC, number DESC";
constexpr std::string_view kFormerById =
    "SELECT etag, content_type, blob_key, upload_hash, storage, modified, source, modified_by, "
    "run, crop, renditions, 0, tenant, kind, owner, id, replaced_at, replaced_by, replaced_run "
    "FROM former_photos WHERE tenant=?1 AND kind=?2 AND owner=?3 AND id=?4";
constexpr std::string_view kFormerAfter =
    "SELECT etag, content_type, blob_key, upload_hash, storage, modified, source, modified_by, "
    "run, crop, renditions, 0, tenant, kind, owner, id, replaced_at, replaced_by, replaced_run "
    "FROM former_photos WHERE id > ?1 ORDER BY id LIMIT ?2";
constexpr std::string_view kFormerBeforeRun =
    "SELECT etag, content_type, blob_key, upload_hash, storage, modified, source, modified_by, "
    "run, crop, renditions, 0, tenant, kind, owner, id, replaced_at, replaced_by, replaced_run "
    "FROM former_photos WHERE tenant=?1 AND kind=?2 AND owner=?3 AND replaced_run=?4 AND run<>?4 "
    "ORDER BY replaced_at DESC, number DESC LIMIT 1";

constexpr std::string_view kRunById =
    "SELECT id, tenant, name, started_at, started_by, undone_at, "
    "(SELECT count(*) FROM photos WHERE run=runs.id AND run<>'') "
    "FROM runs WHERE tenant=?1 AND id=?2";
constexpr std::string_view kRunsOfTenant =
    "SELECT id, tenant, name, started_at, started_by, undone_at, "
    "(SELECT count(*) FROM photos WHERE run=runs.id AND run<>'') "
    "FROM runs WHERE tenant=?1 ORDER BY started_at DESC, number DESC LIMIT ?2";

// The columns of the first four statements.
Result<FormerPhoto> read_former(const Query& row) {
    OwnerKey owner{row.text(12), static_cast<OwnerKind>(row.integer(13)), row.text(14)};
    auto photo = read_photo(row, owner);
    if (!photo) return std::unexpected(std::move(photo.error()));
    return FormerPhoto{.id = row.text(15),
                       .owner = std::move(owner),
                       .photo = *std::move(photo),
                       .replaced = instant(row.integer(16)),
                       .replaced_by = row.text(17),
                       .replaced_run = row.text(18)};
}

Result<std::optional<FormerPhoto>> read_one(Query& query) {
    if (!query.step()) return std::nullopt;
    return read_former(query);
}

Result<std::vector<FormerPhoto>> read_all(Query& query) {
    std::vector<FormerPhoto> found;
    while (query.step()) {
        auto former = read_former(query);
        if (!former) return std::unexpected(std::move(former.error()));
        found.push_back(*std::move(former));
    }
    return found;
}

Result<std::optional<FormerPhoto>> find_former_row(Connection& connection, const OwnerKey& owner,
                                                   const std::string& id) {
    auto query = connection.query(kFormerById);
    bind_owner(query, owner);
    return read_one(query.bind(4, id));
}

Result<std::optional<FormerPhoto>> find_before_run(Connection& connection, const OwnerKey& owner,
                                                   const std::string& run) {
    auto query = connection.query(kFormerBeforeRun);
    bind_owner(query, owner);
    return read_one(query.bind(4, run));
}

void delete_former_row(Connection& connection, const std::string& id) {
    connection.query("DELETE FROM former_photos WHERE id=?1").bind(1, id).step();
}

// The former photo's row is deleted first: the present photo may be one too many.
std::int64_t bring_back(Connection& connection, FormerPhoto former, const photo::Origin& origin,
                        Instant now, const photo::Replacement& replacement) {
    delete_former_row(connection, former.id);
    if (const auto current = find_photo_row(connection, former.owner))
        displace_photo(connection, former.owner, *current, now, replacement);
    former.photo.origin = origin;
    former.photo.modified = now;
    const auto version = record_change(connection, former.owner, What::photo_put, now);
    constexpr bool kReplaced = false;  // it belongs to no run
    write_photo_row(connection, former.owner, former.photo, version, kReplaced);
    return version;
}

std::vector<std::string> retired_of(Connection& connection, const OwnerKey& owner) {
    auto query = connection.query(
        "SELECT key FROM retired_blobs WHERE tenant=?1 AND kind=?2 AND owner=?3 AND owner<>''");
    bind_owner(query, owner);
    std::vector<std::string> keys;
    while (query.step()) keys.push_back(query.text(0));
    return keys;
}

Result<std::vector<photo::Photo>> photos_of(Connection& connection, const OwnerKey& owner,
                                            const std::optional<photo::Photo>& current) {
    auto query = connection.query(kFormerOfOwner);
    bind_owner(query, owner);
    auto former = read_all(query);
    if (!former) return std::unexpected(std::move(former.error()));
    std::vector<photo::Photo> photos;
    if (current) photos.push_back(*current);
    for (auto& one : *former) photos.push_back(std::move(one.photo));
    return photos;
}

Run read_run(const Query& row) {
    Run run{.id = row.text(0),
            .tenant = row.text(1),
            .name = row.text(2),
            .started = instant(row.integer(3)),
            .started_by = row.text(4),
            .photos = static_cast<std::size_t>(row.integer(6))};
    if (row.integer(5) != 0) run.undone = instant(row.integer(5));
    return run;
}

bool is_still_of_run(const std::optional<PhotoRow>& current, const Run& run,
                     const photo::UndoStep& step) {
    return current && current->run == run.id && current->blob_key == step.blob_key;
}

}  // namespace

Result<std::vector<FormerPhoto>> SqliteCatalog::former_photos(const OwnerKey& owner,
                                                              Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) {
        auto query = connection.query(kFormerOfOwner);
        bind_owner(query, owner);
        return read_all(query);
    });
}

Result<std::optional<FormerPhoto>> SqliteCatalog::find_former(const OwnerKey& owner,
                                                              const std::string& id,
                                                              Deadline deadline) {
    return engine_.read(
        deadline, [&](Connection& connection) { return find_former_row(connection, owner, id); });
}

Result<std::vector<FormerPhoto>> SqliteCatalog::list_former(const std::string& after,
                                                            std::size_t limit, Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) {
        auto query = connection.query(kFormerAfter);
        return read_all(query.bind(1, after).bind(2, bounded(limit)));
    });
}

Result<std::int64_t> SqliteCatalog::restore(const OwnerKey& owner, const std::string& id,
                                            const photo::Origin& origin, Instant now,
                                            const photo::WriteCondition& condition,
                                            const photo::Replacement& replacement,
                                            Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<std::int64_t> {
        if (auto fine = check_writable(connection, owner, condition); !fine)
            return std::unexpected(std::move(fine.error()));
        auto former = find_former_row(connection, owner, id);
        if (!former) return std::unexpected(std::move(former.error()));
        if (!*former) return fail(Fault::no_photo, "");
        if (auto fine = check_condition(condition, find_photo_row(connection, owner)); !fine)
            return std::unexpected(std::move(fine.error()));
        return bring_back(connection, **std::move(former), origin, now, replacement);
    });
}

Result<bool> SqliteCatalog::remove_former(const OwnerKey& owner, const std::string& id,
                                          const photo::WriteCondition& condition, Instant now,
                                          Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<bool> {
        if (auto fine = check_removable(connection, owner, condition); !fine)
            return std::unexpected(std::move(fine.error()));
        auto query = connection.query(
            "SELECT blob_key FROM former_photos WHERE tenant=?1 AND kind=?2 AND owner=?3 AND "
            "id=?4");
        bind_owner(query, owner);
        if (!query.bind(4, id).step()) return false;
        retire_blob(connection, owner, query.text(0), now);
        delete_former_row(connection, id);
        return true;
    });
}

Result<std::size_t> SqliteCatalog::prune_former(Instant before, Instant now, std::size_t limit,
                                                Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<std::size_t> {
        connection.query("UPDATE former_photos SET replaced_at=?1 WHERE replaced_at>?1")
            .bind(1, milliseconds(now))
            .step();
        connection
            .query(
                "REPLACE INTO retired_blobs(key, retired_at, tenant, kind, owner) "
                "SELECT blob_key, ?3, tenant, kind, owner FROM former_photos "
                "WHERE replaced_at < ?1 ORDER BY replaced_at, number LIMIT ?2")
            .bind(1, milliseconds(before))
            .bind(2, bounded(limit))
            .bind(3, milliseconds(now))
            .step();
        connection
            .query(
                "DELETE FROM former_photos WHERE number IN (SELECT number FROM former_photos "
                "WHERE replaced_at < ?1 ORDER BY replaced_at, number LIMIT ?2)")
            .bind(1, milliseconds(before))
            .bind(2, bounded(limit))
            .step();
        return static_cast<std::size_t>(connection.changes());
    });
}

Result<photo::Erased> SqliteCatalog::erase(const OwnerKey& owner,
                                           const photo::WriteCondition& condition, Instant now,
                                           Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<photo::Erased> {
        if (auto fine = check_writable(connection, owner, condition); !fine)
            return std::unexpected(std::move(fine.error()));
        auto current = find_photo(connection, owner);
        if (!current) return std::unexpected(std::move(current.error()));
        auto photos = photos_of(connection, owner, *current);
        if (!photos) return std::unexpected(std::move(photos.error()));
        for (const auto& photo : *photos) retire_blob(connection, owner, photo.blob_key, now);
        delete_former_rows(connection, owner);
        delete_photo_row(connection, owner);
        if (*current) record_change(connection, owner, What::photo_removed, now);
        return photo::Erased{*std::move(photos), retired_of(connection, owner)};
    });
}

// A full-text index keeps the words of removed rows until its segments are merged, and the log
// keeps the earlier pages until it is truncated. Pages of the database itself are overwritten at
// once: PRAGMA secure_delete.
Result<void> SqliteCatalog::scrub(Deadline deadline) {
    auto merged = engine_.write(deadline, [](Connection& connection) -> Result<void> {
        connection.query("INSERT INTO users_text(users_text) VALUES('optimize')").step();
        connection.query("INSERT INTO groups_text(groups_text) VALUES('optimize')").step();
        return {};
    });
    if (!merged) return merged;
    return engine_.truncate_log(deadline);
}

Result<void> SqliteCatalog::set_lock(const OwnerKey& owner, bool locked, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<void> {
        if (auto fine = check_writable(connection, owner, {}); !fine) return fine;
        auto query = connection.query(
            locked
                ? std::string_view("REPLACE INTO photo_locks(tenant, kind, id) VALUES(?1, ?2, ?3)")
                : "DELETE FROM photo_locks WHERE tenant=?1 AND kind=?2 AND id=?3");
        bind_owner(query, owner);
        query.step();
        return {};
    });
}

Result<bool> SqliteCatalog::is_locked(const OwnerKey& owner, Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) -> Result<bool> {
        return has_lock(connection, owner);
    });
}

Result<void> SqliteCatalog::add_run(const Run& run, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<void> {
        connection
            .query(
                "INSERT INTO runs(id, tenant, name, started_at, started_by, undone_at) "
                "VALUES(?1, ?2, ?3, ?4, ?5, 0)")
            .bind(1, run.id)
            .bind(2, run.tenant)
            .bind(3, run.name)
            .bind(4, milliseconds(run.started))
            .bind(5, run.started_by)
            .step();
        return {};
    });
}

Result<std::optional<Run>> SqliteCatalog::find_run(const std::string& tenant, const std::string& id,
                                                   Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) -> Result<std::optional<Run>> {
        auto query = connection.query(kRunById);
        if (!query.bind(1, tenant).bind(2, id).step()) return std::nullopt;
        return read_run(query);
    });
}

Result<std::vector<Run>> SqliteCatalog::runs(const std::string& tenant, std::size_t limit,
                                             Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) -> Result<std::vector<Run>> {
        auto query = connection.query(kRunsOfTenant);
        query.bind(1, tenant).bind(2, bounded(limit));
        std::vector<Run> found;
        while (query.step()) found.push_back(read_run(query));
        return found;
    });
}

Result<bool> SqliteCatalog::mark_undone(const std::string& tenant, const std::string& id,
                                        Instant now, Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<bool> {
        connection
            .query(
                "UPDATE runs SET undone_at=iif(undone_at=0, ?3, undone_at) WHERE tenant=?1 AND "
                "id=?2")
            .bind(1, tenant)
            .bind(2, id)
            .bind(3, milliseconds(now))
            .step();
        return connection.changes() > 0;
    });
}

Result<std::vector<photo::RunPhoto>> SqliteCatalog::photos_of_run(
    const Run& run, const std::optional<OwnerKey>& after, std::size_t limit, Deadline deadline) {
    using Photos = std::vector<photo::RunPhoto>;
    return engine_.read(deadline, [&](Connection& connection) -> Result<Photos> {
        const OwnerKey start = after.value_or(OwnerKey{"", OwnerKind::user, ""});
        auto query = connection.query(
            "SELECT tenant, kind, id, blob_key, replaced FROM photos WHERE run=?4 AND run<>'' AND "
            "(tenant, kind, id) > (?1, ?2, ?3) ORDER BY tenant, kind, id LIMIT ?5");
        bind_owner(query, start);
        query.bind(4, run.id).bind(5, bounded(limit));
        Photos photos;
        while (query.step())
            photos.push_back(
                {.owner = {query.text(0), static_cast<OwnerKind>(query.integer(1)), query.text(2)},
                 .blob_key = query.text(3),
                 .replaced = query.integer(4) != 0});
        for (auto& photo : photos) {
            auto before = find_before_run(connection, photo.owner, run.id);
            if (!before) return std::unexpected(std::move(before.error()));
            photo.before = *std::move(before);
        }
        return photos;
    });
}

Result<photo::Undone> SqliteCatalog::undo(const Run& run, const std::vector<photo::UndoStep>& steps,
                                          const photo::Origin& origin, Instant now,
                                          const photo::Replacement& replacement,
                                          Deadline deadline) {
    // An undone photo is no change by another: changed_since_run does not count it.
    const photo::Replacement by_undo{replacement.keeps_former, replacement.by, run.id};
    return engine_.write(deadline, [&](Connection& connection) -> Result<photo::Undone> {
        photo::Undone undone;
        for (const auto& step : steps) {
            const auto current = find_photo_row(connection, step.owner);
            std::optional<FormerPhoto> former;
            if (!step.former.empty()) {
                auto found = find_former_row(connection, step.owner, step.former);
                if (!found) return std::unexpected(std::move(found.error()));
                former = *std::move(found);
            }
            if (!is_still_of_run(current, run, step) || (!step.former.empty() && !former)) {
                ++undone.kept;
            } else if (former) {
                bring_back(connection, *std::move(former), origin, now, by_undo);
                ++undone.restored;
            } else {
                displace_photo(connection, step.owner, *current, now, by_undo);
                delete_photo_row(connection, step.owner);
                record_change(connection, step.owner, What::photo_removed, now);
                ++undone.removed;
            }
        }
        return undone;
    });
}

Result<std::size_t> SqliteCatalog::changed_since_run(const Run& run, Deadline deadline) {
    return engine_.read(deadline, [&](Connection& connection) -> Result<std::size_t> {
        auto query = connection.query(
            "SELECT count(DISTINCT tenant || char(10) || kind || owner) FROM former_photos AS f "
            "WHERE run=?1 AND run<>'' AND replaced_run<>?1 AND NOT EXISTS(SELECT 1 FROM photos AS "
            "p WHERE p.tenant=f.tenant AND p.kind=f.kind AND p.id=f.owner AND p.run=?1)");
        query.bind(1, run.id).step();
        return static_cast<std::size_t>(query.integer(0));
    });
}

Result<std::size_t> SqliteCatalog::prune_runs(Instant before, std::size_t limit,
                                              Deadline deadline) {
    return engine_.write(deadline, [&](Connection& connection) -> Result<std::size_t> {
        connection
            .query(
                "DELETE FROM runs WHERE number IN (SELECT number FROM runs WHERE started_at < ?1 "
                "AND NOT EXISTS(SELECT 1 FROM former_photos WHERE run=runs.id AND run<>'') AND NOT "
                "EXISTS(SELECT 1 FROM former_photos WHERE replaced_run=runs.id AND "
                "replaced_run<>'') ORDER BY number LIMIT ?2)")
            .bind(1, milliseconds(before))
            .bind(2, bounded(limit))
            .step();
        return static_cast<std::size_t>(connection.changes());
    });
}

}  // namespace cameo::store::sqlite
