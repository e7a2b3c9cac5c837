#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "store/sqlite/connection.h"

namespace cameo::store::sqlite {

inline constexpr std::int64_t kApplicationId = 0x43414d4f;  // "CAMO"

// Migration n, from 0, changes a database from version n to n + 1. A released one is never changed.
std::span<const char* const> migrations();

// Migrates the database to this program's schema (docs/storage.md), in one transaction, after a
// copy of an older one; with read_only, only checks that it is up to date. Fault::internal with a
// sentence for the operator if the file belongs to another program or to a newer one, or
// if its schema was changed by hand; nothing is changed then. With read_write the connection
// then trusts the schema: Debian 12's SQLite lets triggers use FTS5 in no other.
Result<void> prepare_schema(Connection& connection, const std::filesystem::path& file,
                            Connection::Access access);

// The difference between the tables, indexes, triggers and views of the database and those of the
// first `version` migrations, as "has trigger t, which schema 4 has not"; nullopt if there is none.
// Internal objects of SQLite and FTS5 are compared by name only: they may differ between versions
// of the library.
std::optional<std::string> difference_from_schema(Connection& connection, std::int64_t version);

}  // namespace cameo::store::sqlite
