#include "store/sqlite/schema.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace cameo::store::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x43414d4f;  // "CAMO"

// Number n brings a database from version n to n + 1. A released one is never edited.
constexpr std::array kMigrations{
    R"(
CREATE TABLE photos(
    tenant TEXT NOT NULL, kind INTEGER NOT NULL, id TEXT NOT NULL,
    etag TEXT NOT NULL, content_type TEXT NOT NULL, blob_key TEXT NOT NULL,
    upload_hash BLOB NOT NULL, storage INTEGER NOT NULL, modified INTEGER NOT NULL,
    source TEXT NOT NULL, renditions BLOB NOT NULL,
    PRIMARY KEY(tenant, kind, id)) STRICT, WITHOUT ROWID;
CREATE INDEX photos_by_blob ON photos(blob_key);
CREATE TABLE retired_blobs(
    key TEXT NOT NULL PRIMARY KEY, retired_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX retired_blobs_by_time ON retired_blobs(retired_at);
CREATE TABLE tenants(
    id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL) STRICT;
CREATE TABLE users(
    tenant TEXT NOT NULL, id TEXT NOT NULL COLLATE NOCASE,
    user_principal_name TEXT NOT NULL, upn_lower TEXT NOT NULL,
    display_name TEXT NOT NULL, given_name TEXT NOT NULL, surname TEXT NOT NULL,
    mail TEXT NOT NULL, mail_nickname TEXT NOT NULL, job_title TEXT NOT NULL,
    mobile_phone TEXT NOT NULL, office_location TEXT NOT NULL, preferred_language TEXT NOT NULL,
    user_type TEXT NOT NULL, business_phones TEXT NOT NULL,
    account_enabled INTEGER NOT NULL, photo_storage INTEGER NOT NULL,
    PRIMARY KEY(tenant, id), UNIQUE(tenant, upn_lower)) STRICT, WITHOUT ROWID;
)"};

constexpr auto kVersion = static_cast<std::int64_t>(kMigrations.size());

void migrate(Connection& connection, std::int64_t from) {
    connection.execute("BEGIN IMMEDIATE");
    for (auto step = from; step < kVersion; ++step)
        connection.execute(kMigrations.at(static_cast<std::size_t>(step)));
    connection.execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}; COMMIT",
                                   kApplicationId, kVersion));
}

Result<void> check_origin(Connection& connection, const std::filesystem::path& file) {
    const bool empty = connection.number("SELECT count(*) FROM sqlite_schema") == 0;
    const auto owner = connection.number("PRAGMA application_id");
    if (owner == kApplicationId || (owner == 0 && empty)) return {};
    return fail(Fault::internal, fmt::format("{} is the database of another program (application "
                                             "id {}). It is left as it is.",
                                             file.native(), owner));
}

}  // namespace

Result<void> prepare_schema(Connection& connection, const std::filesystem::path& file,
                            Connection::Access access) {
    if (auto ours = check_origin(connection, file); !ours) return ours;
    const auto version = connection.number("PRAGMA user_version");
    if (version > kVersion)
        return fail(Fault::internal,
                    fmt::format("{} has schema {}; this program knows schemas up to {}. A newer "
                                "version of the program has used it: run that one.",
                                file.native(), version, kVersion));
    if (version == kVersion) return {};
    if (access == Connection::Access::read_only)
        return fail(Fault::internal,
                    fmt::format("{} has schema {}; this program needs schema {}. Start the server "
                                "once to bring it up to date.",
                                file.native(), version, kVersion));
    migrate(connection, version);
    return {};
}

}  // namespace cameo::store::sqlite
