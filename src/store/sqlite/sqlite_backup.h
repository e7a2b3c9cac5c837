#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

// What backup and fsck ask of a database as a file. Each opens a connection of its own, and may run
// beside a server that writes.
namespace cameo::store::sqlite {

// Copies the database as it is at one moment, by SQLite's online backup, to the file `to`, which
// must not exist: mode 0600, durable, without a write-ahead log, so that it is one file.
// Fault::busy where it is locked for a minute, Fault::internal else; `to` is removed then.
Result<void> copy_database(const std::filesystem::path& from, const std::filesystem::path& to);

// SQLite's own findings of damage, a sentence each; empty where there is none. Fault::internal
// where the file cannot be opened at all, or is no database.
Result<std::vector<std::string>> check_database(const std::filesystem::path& file);

}  // namespace cameo::store::sqlite
