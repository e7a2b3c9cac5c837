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

// Number n, from 0, brings a database from version n to n + 1. A released one is never changed.
std::span<const char* const> migrations();

// Brings the database up to this program's schema (docs/storage.md), in one transaction, after a
// copy of an older one; with read_only, only checks that it is up to date. Fault::internal with a
// sentence for the operator where the file belongs to another program or to a newer one, and
// nothing is changed; also where its schema was changed by hand. With read_write the connection
// trusts the schema then: Debian 12's SQLite lets triggers use FTS5 in no other.
Result<void> prepare_schema(Connection& connection, const std::filesystem::path& file,
                            Connection::Access access);

// How the tables, indexes, triggers and views of the database differ from those that the first
// `version` migrations make, as "has trigger t, which schema 4 has not"; nullopt where they do not.
// Internal objects of SQLite and FTS5 are compared by name only: they may differ between versions
// of the library.
std::optional<std::string> difference_from_schema(Connection& connection, std::int64_t version);

}  // namespace cameo::store::sqlite
