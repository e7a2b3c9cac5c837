#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/sqlite/connection.h"

namespace cameo::store::sqlite {

using Value = std::variant<std::string, std::int64_t>;

// A statement that is put together: SQL of ours, and beside it the values, which are bound. Nothing
// that a client sent becomes text of the statement.
class BoundSql {
  public:
    BoundSql& sql(std::string_view text);
    BoundSql& value(Value value);  // appends its parameter

    const std::string& text() const { return text_; }
    const std::vector<Value>& values() const { return values_; }

  private:
    std::string text_;
    std::vector<Value> values_;
};

// Binds the values from the first parameter on. They are borrowed.
void bind_all(Query& query, const std::vector<Value>& values);

}  // namespace cameo::store::sqlite
