#pragma once

#include <exception>
#include <string>
#include <utility>

#include "base/result.h"

namespace cameo::store::sqlite {

// A call of SQLite's that failed. Thrown inside this room only; Engine turns it into an Error.
class SqliteError final : public std::exception {
  public:
    SqliteError(int code, std::string detail) : code_(code), detail_(std::move(detail)) {}

    const char* what() const noexcept override { return detail_.c_str(); }
    bool is_busy() const;     // another connection holds the lock, or time ran out
    bool is_foreign() const;  // the file is no database, or a damaged one
    Error as_error() const;

  private:
    int code_;
    std::string detail_;
};

}  // namespace cameo::store::sqlite
