#include "store/sqlite/sqlite_error.h"

#include <sqlite3.h>

namespace cameo::store::sqlite {
namespace {

constexpr int kPrimaryCode = 0xff;  // the rest of an extended result code says which kind

}  // namespace

bool SqliteError::is_busy() const {
    const int code = code_ & kPrimaryCode;
    return code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_INTERRUPT;
}

bool SqliteError::is_foreign() const {
    const int code = code_ & kPrimaryCode;
    return code == SQLITE_NOTADB || code == SQLITE_CORRUPT;
}

Error SqliteError::as_error() const {
    if (is_busy()) return {Fault::busy, "The catalog did not answer in time."};
    if (is_foreign())
        return {Fault::internal, detail_ +
                                     ". The file is no SQLite database or is damaged: "
                                     "restore it from a backup."};
    return {Fault::internal, detail_};
}

}  // namespace cameo::store::sqlite
