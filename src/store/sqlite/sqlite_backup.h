#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

// The database as a file, for backup, restore, migration and fsck. Each function opens a connection
// of its own, and may run while a server writes.
namespace cameo::store::sqlite {

// Copies a snapshot of the database, by SQLite's online backup, to the file `to`, which
// must not exist: mode 0600, durable, without a write-ahead log, so that it is one file.
// Fault::busy if it is locked for a minute, else Fault::internal; `to` is removed then.
Result<void> copy_database(const std::filesystem::path& from, const std::filesystem::path& to);

// As copy_database to `FILE.schema-N`, where N is the version of its schema; replaces an earlier
// copy of that name after the new one is complete.
Result<void> keep_before_migration(const std::filesystem::path& file, std::int64_t version);

// Checks a database of unknown origin: whether it is a catalog of this program, of this or an
// earlier schema, with exactly that schema's tables, indexes and triggers, and passes SQLite's
// integrity check. Fault::malformed with the difference.
Result<void> check_catalog(const std::filesystem::path& file);

// SQLite's own findings of damage, a sentence each; empty if there is none. Fault::internal
// if the file cannot be opened at all, or is not a database.
Result<std::vector<std::string>> check_database(const std::filesystem::path& file);

}  // namespace cameo::store::sqlite
