#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "store/store.h"

namespace cameo::store::sqlite {

// The catalog and the directory in one SQLite database file (WAL, synchronous=FULL, versioned
// schema). Reads use one connection per calling thread; all writes go through one writer thread
// that groups waiting writes into one commit. Thread-safe.
class SqliteStore : public Store {
  public:
    enum class Open { read_write, read_only };

    // Makes the file and its schema if it is missing (read_write only); migrates an older
    // schema; Fault::internal with a sentence for the operator if the schema is newer than this
    // program.
    static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& file, Open mode);
};

}  // namespace cameo::store::sqlite
