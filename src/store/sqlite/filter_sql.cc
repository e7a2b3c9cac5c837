#include "store/sqlite/filter_sql.h"

#include <span>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "directory/property.h"

namespace cameo::store::sqlite {
namespace {

using directory::Filter;

constexpr std::string_view kAlways = "1";
constexpr std::string_view kNever = "0";

// The least text above every text that begins with `prefix`, byte for byte; empty where there is
// none.
std::string end_of_prefix(std::string prefix) {
    while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
    if (!prefix.empty()) ++prefix.back();
    return prefix;
}

// SQLite's lower() folds A to Z, as to_lower does. The columns that have an index on their folded
// text are named by it.
std::string folded(const std::string& column) {
    if (column == "display_name") return "name_key";
    if (column == "user_principal_name") return "upn_key";
    if (column == "mail") return "mail_key";
    return "lower(" + column + ")";
}

// A range, which an index can serve.
void add_prefix(BoundSql& sql, const std::string& column, const std::string& prefix) {
    if (prefix.empty()) {
        sql.sql(kAlways);
        return;
    }
    sql.sql("(" + column + ">=").value(prefix);
    if (auto end = end_of_prefix(prefix); !end.empty())
        sql.sql(" AND " + column + "<").value(std::move(end));
    sql.sql(")");
}

template <class Object>
void add_comparison(BoundSql& sql, const Filter& filter) {
    const auto* property = directory::find_property<Object>(filter.property);
    if (property == nullptr) {
        sql.sql(kNever);
        return;
    }
    const std::string column = directory::snake_case(property->name);
    const auto* truth = std::get_if<bool>(&filter.value);
    if (truth != nullptr && std::holds_alternative<bool Object::*>(property->member))
        sql.sql(column + "=").value(static_cast<std::int64_t>(*truth));
    else if (truth != nullptr || !std::holds_alternative<std::string Object::*>(property->member))
        sql.sql(kNever);
    else if (filter.kind == Filter::Kind::equals)
        sql.sql(folded(column) + "=").value(to_lower(std::get<std::string>(filter.value)));
    else
        add_prefix(sql, folded(column), to_lower(std::get<std::string>(filter.value)));
}

// In halves: SQLite bounds the depth of an expression, and a list of values can be long.
template <class Object>
void add_parts(BoundSql& sql, std::span<const Filter> parts, std::string_view between) {
    if (parts.size() == 1) {
        add_filter<Object>(sql, parts.front());
        return;
    }
    const auto half = parts.size() / 2;
    sql.sql("(");
    add_parts<Object>(sql, parts.first(half), between);
    sql.sql(between);
    add_parts<Object>(sql, parts.subspan(half), between);
    sql.sql(")");
}

template <class Object>
void add_joined(BoundSql& sql, const Filter& filter, std::string_view between,
                std::string_view of_none) {
    if (filter.parts.empty())
        sql.sql(of_none);
    else
        add_parts<Object>(sql, filter.parts, between);
}

}  // namespace

template <class Object>
void add_filter(BoundSql& sql, const Filter& filter) {
    switch (filter.kind) {
        case Filter::Kind::all_of:
            return add_joined<Object>(sql, filter, " AND ", kAlways);
        case Filter::Kind::any_of:
            return add_joined<Object>(sql, filter, " OR ", kNever);
        case Filter::Kind::none_of:
            sql.sql("NOT ");
            return add_joined<Object>(sql, filter, " OR ", kNever);
        default:
            add_comparison<Object>(sql, filter);
    }
}

template void add_filter<directory::User>(BoundSql&, const Filter&);
template void add_filter<directory::Group>(BoundSql&, const Filter&);
template void add_filter<directory::Contact>(BoundSql&, const Filter&);
template void add_filter<directory::ContactFolder>(BoundSql&, const Filter&);

}  // namespace cameo::store::sqlite
