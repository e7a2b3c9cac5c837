#include "store/sqlite/bound_sql.h"

#include <utility>

namespace cameo::store::sqlite {

BoundSql& BoundSql::sql(std::string_view text) {
    text_ += text;
    return *this;
}

BoundSql& BoundSql::value(Value value) {
    values_.push_back(std::move(value));
    text_ += '?' + std::to_string(values_.size());
    return *this;
}

void bind_all(Query& query, const std::vector<Value>& values) {
    int parameter = 0;
    for (const auto& value : values)
        std::visit([&](const auto& bound) { query.bind(++parameter, bound); }, value);
}

}  // namespace cameo::store::sqlite
