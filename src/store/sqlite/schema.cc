#include "store/sqlite/schema.h"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <string>

#include "store/sqlite/sqlite_backup.h"

namespace cameo::store::sqlite {
namespace {

std::int64_t newest_version() { return static_cast<std::int64_t>(migrations().size()); }

void migrate(Connection& connection, std::int64_t from) {
    connection.execute("BEGIN IMMEDIATE");
    for (const char* step : migrations().subspan(static_cast<std::size_t>(from)))
        connection.execute(step);
    connection.execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}; COMMIT",
                                   kApplicationId, newest_version()));
}

using Objects = std::map<std::string, std::string>;  // "trigger t" and its SQL

Objects objects_of(Connection& connection) {
    auto query = connection.query(
        "SELECT s.type, s.name, s.tbl_name, iif(l.type='shadow', '', coalesce(s.sql, '')) "
        "FROM sqlite_schema s LEFT JOIN pragma_table_list l ON l.schema='main' AND "
        "l.name=s.tbl_name WHERE s.name NOT GLOB 'sqlite_*'");
    Objects objects;
    while (query.step())
        objects[fmt::format("{} {}", query.text(0), query.text(1))] =
            query.text(2) + ": " + query.text(3);
    return objects;
}

Objects objects_of_version(std::int64_t version) {
    Connection model(":memory:", Connection::Access::read_write);
    for (const char* step : migrations().first(static_cast<std::size_t>(version)))
        model.execute(step);
    return objects_of(model);
}

Result<void> trust_own_schema(Connection& connection, const std::filesystem::path& file) {
    const auto difference = difference_from_schema(connection, newest_version());
    if (difference)
        return fail(Fault::internal,
                    fmt::format("{} {}. Undo that, or restore a backup: triggers of others are not "
                                "run.",
                                file.native(), *difference));
    connection.trust_schema();
    return {};
}

Result<void> check_library(Connection& connection) {
    if (connection.number("SELECT count(*) FROM pragma_module_list WHERE name='fts5'") > 0)
        return {};
    return fail(Fault::internal,
                "The SQLite library lacks FTS5, the full-text search. Install one "
                "that has it, as Debian's libsqlite3-0 does.");
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
    if (auto able = check_library(connection); !able) return able;
    if (auto ours = check_origin(connection, file); !ours) return ours;
    const auto newest = newest_version();
    const auto version = connection.number("PRAGMA user_version");
    if (version > newest)
        return fail(Fault::internal,
                    fmt::format("{} has schema {}; this program knows schemas up to {}. A newer "
                                "version of the program has used it: run that one.",
                                file.native(), version, newest));
    if (access == Connection::Access::read_only) {
        if (version == newest) return {};
        return fail(Fault::internal,
                    fmt::format("{} has schema {}; this program needs schema {}. Start the server "
                                "once to bring it up to date.",
                                file.native(), version, newest));
    }
    if (version > 0 && version < newest)
        if (auto kept = keep_before_migration(file, version); !kept) return kept;
    if (version < newest) migrate(connection, version);
    return trust_own_schema(connection, file);
}

std::optional<std::string> difference_from_schema(Connection& connection, std::int64_t version) {
    const auto wanted = objects_of_version(version);
    const auto there = objects_of(connection);
    for (const auto& [name, sql] : there) {
        const auto found = wanted.find(name);
        if (found == wanted.end())
            return fmt::format("has the {}, which schema {} has not", name, version);
        if (found->second != sql)
            return fmt::format("has another {} than schema {}", name, version);
    }
    for (const auto& [name, sql] : wanted)
        if (!there.contains(name)) return fmt::format("lacks the {} of schema {}", name, version);
    return std::nullopt;
}

}  // namespace cameo::store::sqlite
