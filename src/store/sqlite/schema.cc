#include "store/sqlite/schema.h"

#include <fmt/format.h>

#include <cstdint>

#include "store/sqlite/migrations.h"

namespace cameo::store::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x43414d4f;  // "CAMO"

std::int64_t newest_version() { return static_cast<std::int64_t>(migrations().size()); }

void migrate(Connection& connection, std::int64_t from) {
    connection.execute("BEGIN IMMEDIATE");
    for (const char* step : migrations().subspan(static_cast<std::size_t>(from)))
        connection.execute(step);
    connection.execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}; COMMIT",
                                   kApplicationId, newest_version()));
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
    if (version == newest) return {};
    if (access == Connection::Access::read_only)
        return fail(Fault::internal,
                    fmt::format("{} has schema {}; this program needs schema {}. Start the server "
                                "once to bring it up to date.",
                                file.native(), version, newest));
    migrate(connection, version);
    return {};
}

}  // namespace cameo::store::sqlite
