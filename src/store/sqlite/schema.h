#pragma once

#include <filesystem>

#include "base/result.h"
#include "store/sqlite/connection.h"

namespace cameo::store::sqlite {

// Brings the database up to this program's schema (docs/storage.md), in one transaction; with
// read_only, only looks whether it is there. Fault::internal with a sentence for the operator where
// the file belongs to another program or to a newer one, and nothing is changed.
Result<void> prepare_schema(Connection& connection, const std::filesystem::path& file,
                            Connection::Access access);

}  // namespace cameo::store::sqlite
