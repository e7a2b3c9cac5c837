#include "store/sqlite/list_sql.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "directory/kept.h"
#include "directory/property.h"
#include "store/sqlite/object_row.h"
#include "store/sqlite/photo_rows.h"
#include "store/sqlite/text_search.h"

namespace cameo::store::sqlite {
namespace {

using directory::Contact;
using directory::ContactFolder;
using directory::EmailAddress;
using directory::Filter;
using directory::Group;
using directory::Scope;
using directory::User;

constexpr std::string_view kAlways = "1";
constexpr std::string_view kNever = "0";

// Of valid UTF-8, as SQLite counts them.
std::size_t characters_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// The smallest text above every text that begins with `prefix`, byte for byte; empty if there is
// none.
std::string end_of_prefix(std::string prefix) {
    while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
    if (!prefix.empty()) ++prefix.back();
    return prefix;
}

// SQLite's lower() folds A to Z, as to_lower does. Names the columns that have an index on their
// folded text.
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

// `text` is an expression whose case is folded.
void add_text_comparison(BoundSql& sql, const std::string& text, const Filter& filter) {
    auto value = to_lower(std::get<std::string>(filter.value));
    switch (filter.kind) {
        case Filter::Kind::starts_with:
            return add_prefix(sql, text, value);
        case Filter::Kind::ends_with:
            // substr, not LIKE: a wildcard of the value is a character like any other.
            if (value.empty())
                sql.sql(kAlways);
            else
                sql.sql("substr(" + text + ", -" + std::to_string(characters_of(value)) + ")=")
                    .value(std::move(value));
            return;
        case Filter::Kind::at_least:
            sql.sql(text + ">=").value(std::move(value));
            return;
        case Filter::Kind::at_most:
            sql.sql(text + "<=").value(std::move(value));
            return;
        default:
            sql.sql(text + "=").value(std::move(value));
    }
}

// An index of ids is by the column's own collation; ids of contacts and folders are compared
// exactly.
void add_id_comparison(BoundSql& sql, const Filter& filter) {
    if (filter.kind == Filter::Kind::equals)
        sql.sql("id=").value(std::get<std::string>(filter.value));
    else
        add_text_comparison(sql, "lower(id)", filter);
}

void add_time_comparison(BoundSql& sql, const std::string& column, const Filter& filter) {
    const auto* time = std::get_if<Instant>(&filter.value);
    if (time == nullptr) {
        sql.sql(kNever);
        return;
    }
    sql.sql(column + (filter.kind == Filter::Kind::at_least  ? ">="
                      : filter.kind == Filter::Kind::at_most ? "<="
                                                             : "="))
        .value(static_cast<std::int64_t>(time->time_since_epoch().count()));
}

void add_indexed_item(BoundSql& sql, const Scope& scope, const std::string& property,
                      const Filter& filter) {
    sql.sql("number IN (SELECT object FROM addresses WHERE tenant=")
        .value(scope.tenant)
        .sql(" AND mailbox=")
        .value(scope.mailbox)
        .sql(" AND property='" + property + "' AND ");
    add_text_comparison(sql, "address", filter);
    sql.sql(")");
}

void add_item(BoundSql& sql, const std::string& column, const std::string& item,
              const Filter& filter) {
    sql.sql("EXISTS(SELECT 1 FROM json_each(" + column + ") WHERE ");
    add_text_comparison(sql, "lower(" + item + ")", filter);
    sql.sql(")");
}

template <class Object>
void add_comparison(BoundSql& sql, const Scope& scope, const Filter& filter) {
    if (std::is_same_v<Object, User> && filter.property == directory::kEmployeeId)
        return add_text_comparison(sql, "employee_key", filter);
    const auto* property = directory::find_property<Object>(filter.property);
    if (property == nullptr) {
        sql.sql(kNever);
        return;
    }
    const std::string column = directory::snake_case(property->name);
    const auto& member = property->member;
    if (std::holds_alternative<Instant Object::*>(member))
        return add_time_comparison(sql, column, filter);
    if (const auto* truth = std::get_if<bool>(&filter.value)) {
        if (std::holds_alternative<bool Object::*>(member))
            sql.sql(column + "=").value(static_cast<std::int64_t>(*truth));
        else
            sql.sql(kNever);
        return;
    }
    if (!std::holds_alternative<std::string>(filter.value)) {
        sql.sql(kNever);
        return;
    }
    const bool addresses = std::holds_alternative<std::vector<EmailAddress> Object::*>(member);
    const bool by_name = addresses && filter.member == Filter::Member::name;
    if (property->indexed && !by_name)
        add_indexed_item(sql, scope, std::string(Kind<Object>::kTable) + '.' + column, filter);
    else if (addresses)
        add_item(sql, column, "json_extract(value, '$.name')", filter);
    else if (std::holds_alternative<std::vector<std::string> Object::*>(member))
        add_item(sql, column, "value", filter);
    else if (!std::holds_alternative<std::string Object::*>(member))
        sql.sql(kNever);
    else if (column == "id")
        add_id_comparison(sql, filter);
    else
        add_text_comparison(sql, folded(column), filter);
}

template <class Object>
void add_filter(BoundSql& sql, const Scope& scope, const Filter& filter);

// In halves: SQLite limits the depth of an expression, and a list of values can be long.
template <class Object>
void add_parts(BoundSql& sql, const Scope& scope, std::span<const Filter> parts,
               std::string_view between) {
    if (parts.size() == 1) {
        add_filter<Object>(sql, scope, parts.front());
        return;
    }
    const auto half = parts.size() / 2;
    sql.sql("(");
    add_parts<Object>(sql, scope, parts.first(half), between);
    sql.sql(between);
    add_parts<Object>(sql, scope, parts.subspan(half), between);
    sql.sql(")");
}

template <class Object>
void add_joined(BoundSql& sql, const Scope& scope, const Filter& filter, std::string_view between,
                std::string_view of_none) {
    if (filter.parts.empty())
        sql.sql(of_none);
    else
        add_parts<Object>(sql, scope, filter.parts, between);
}

template <class Object>
void add_filter(BoundSql& sql, const Scope& scope, const Filter& filter) {
    switch (filter.kind) {
        case Filter::Kind::all_of:
            return add_joined<Object>(sql, scope, filter, " AND ", kAlways);
        case Filter::Kind::any_of:
            return add_joined<Object>(sql, scope, filter, " OR ", kNever);
        case Filter::Kind::none_of:
            sql.sql("NOT ");
            return add_joined<Object>(sql, scope, filter, " OR ", kNever);
        default:
            add_comparison<Object>(sql, scope, filter);
    }
}

// The number of the row of the group, as an expression.
void add_group_number(BoundSql& sql, const std::string& tenant, const std::string& group) {
    sql.sql("(SELECT number FROM groups WHERE tenant=").value(tenant).sql(" AND id=").value(group);
    sql.sql(")");
}

void add_people_of(BoundSql& sql, const std::string& table, const std::string& tenant,
                   const std::string& group) {
    sql.sql(" AND number IN (SELECT user FROM " + table + " WHERE \"group\"=");
    add_group_number(sql, tenant, group);
    sql.sql(")");
}

void add_members_and_owners_of(BoundSql& sql, const Scope& scope) {
    sql.sql(" AND number IN (SELECT user FROM members WHERE \"group\"=");
    add_group_number(sql, scope.tenant, scope.people_of);
    sql.sql(" UNION SELECT user FROM owners WHERE \"group\"=");
    add_group_number(sql, scope.tenant, scope.people_of);
    sql.sql(")");
}

// A column behind those of read_object.
void add_owning_column(BoundSql& sql, const Scope& scope) {
    sql.sql(", EXISTS(SELECT 1 FROM owners WHERE user=number AND \"group\"=");
    add_group_number(sql, scope.tenant, scope.people_of);
    sql.sql(")");
}

void add_groups_of(BoundSql& sql, const std::string& tenant, const std::string& user) {
    sql.sql(
           "number IN (SELECT \"group\" FROM members WHERE user=(SELECT number FROM users WHERE "
           "tenant=")
        .value(tenant)
        .sql(" AND id=")
        .value(user)
        .sql("))");
}

// Of the table `groups`: without those whose membership is hidden, except the caller's.
void add_visible_groups(BoundSql& sql, const Scope& scope) {
    if (!scope.without_hidden) return;
    sql.sql(" AND (visibility<>").value(std::string(directory::kHiddenMembership));
    if (!scope.except_joined_by.empty()) {
        sql.sql(" OR ");
        add_groups_of(sql, scope.tenant, scope.except_joined_by);
    }
    sql.sql(")");
}

void add_colleagues_of(BoundSql& sql, const Scope& scope) {
    sql.sql(
        " AND number IN (SELECT user FROM members WHERE \"group\" IN (SELECT number FROM groups "
        "WHERE ");
    add_groups_of(sql, scope.tenant, scope.shares_group_with);
    add_visible_groups(sql, scope);
    sql.sql(")) AND id<>").value(scope.shares_group_with);
}

template <class Object>
void add_scope(BoundSql& sql, const Scope& scope) {
    sql.sql(" WHERE tenant=").value(scope.tenant);
    if constexpr (Kind<Object>::kInMailbox) {
        sql.sql(" AND mailbox=").value(scope.mailbox);
        if (!scope.folder.empty()) sql.sql(" AND parent_folder_id=").value(scope.folder);
    }
    if constexpr (std::is_same_v<Object, User>) {
        if (!scope.members_of.empty())
            add_people_of(sql, "members", scope.tenant, scope.members_of);
        if (!scope.owners_of.empty()) add_people_of(sql, "owners", scope.tenant, scope.owners_of);
        if (!scope.people_of.empty()) add_members_and_owners_of(sql, scope);
        if (!scope.shares_group_with.empty()) add_colleagues_of(sql, scope);
        if (!scope.reports_of.empty())
            sql.sql(
                   " AND number IN (SELECT user FROM managers WHERE manager=(SELECT number FROM "
                   "users WHERE tenant=")
                .value(scope.tenant)
                .sql(" AND id=")
                .value(scope.reports_of)
                .sql("))");
    }
    if constexpr (std::is_same_v<Object, Group>) {
        if (scope.teams_only) sql.sql(" AND is_team=1");
        if (!scope.joined_by.empty()) {
            sql.sql(" AND ");
            add_groups_of(sql, scope.tenant, scope.joined_by);
        }
        add_visible_groups(sql, scope);
    }
}

// An empty text is a syntax error of FTS5.
template <class Object>
void add_search_by_index(BoundSql& sql, const directory::Search& search) {
    const auto text = match_text<Object>(search);
    if (text.empty()) {
        sql.sql(" AND 0");
        return;
    }
    const std::string table(Kind<Object>::kText);
    sql.sql(" AND number IN (SELECT rowid FROM " + table + " WHERE " + table + " MATCH ")
        .value(text)
        .sql(")");
}

// Row by row: the cost of an index would depend on the words of all mailboxes.
template <class Object>
void add_search_by_rows(BoundSql& sql, const directory::Search& search) {
    const auto text = words_text<Object>(search);
    if (text.empty()) {
        sql.sql(" AND 0");
        return;
    }
    sql.sql(" AND has_words(").value(text);
    for (const auto& property : directory::properties<Object>())
        if (property.searched) sql.sql(", " + directory::snake_case(property.name));
    sql.sql(")");
}

template <class Object>
void add_conditions(BoundSql& sql, const Scope& scope, const directory::Query& query) {
    sql.sql(" FROM ").sql(Kind<Object>::kTable);
    add_scope<Object>(sql, scope);
    if (query.filter) {
        sql.sql(" AND ");
        add_filter<Object>(sql, scope, *query.filter);
    }
    if (!query.search) return;
    if constexpr (Kind<Object>::kInMailbox)
        add_search_by_rows<Object>(sql, *query.search);
    else
        add_search_by_index<Object>(sql, *query.search);
}

// The value of a cursor as the order compares it; nullopt for the time of a forged cursor that is
// not a number.
template <class Object>
std::optional<Value> cursor_value(const directory::Query& query) {
    const auto* property = directory::find_property<Object>(query.order_by);
    if (!std::holds_alternative<Instant Object::*>(property->member))
        return to_lower(query.after->value);
    const auto time = number_in<std::int64_t>(query.after->value);
    if (!time) return std::nullopt;
    return *time;
}

template <class Object>
std::string order_column(const directory::Query& query) {
    const auto* property = directory::find_property<Object>(query.order_by);
    const auto column = directory::snake_case(property->name);
    return std::holds_alternative<Instant Object::*>(property->member) ? column : folded(column);
}

template <class Object>
void add_order(BoundSql& sql, const directory::Query& query) {
    const std::string from = query.descending ? " < " : " > ";
    const std::string down = query.descending ? " DESC" : "";
    if (query.by_id) {
        if (query.after) sql.sql(" AND id" + from).value(query.after->id);
        sql.sql(" ORDER BY id" + down);
        return;
    }
    const auto column = order_column<Object>(query);
    if (query.after) {
        if (auto value = cursor_value<Object>(query)) {
            sql.sql(" AND (" + column + ", id)" + from + "(").value(*std::move(value));
            sql.sql(", ").value(query.after->id).sql(")");
        } else {
            sql.sql(" AND 0");
        }
    }
    sql.sql(" ORDER BY " + column + down + ", id" + down);
}

}  // namespace

template <class Object>
BoundSql page_sql(const Scope& scope, const directory::Query& query) {
    BoundSql sql;
    sql.sql("SELECT " + column_list<Object>(query.with_kept ? directory::WithKept::yes
                                                            : directory::WithKept::no));
    if (!scope.people_of.empty()) add_owning_column(sql, scope);
    add_conditions<Object>(sql, scope, query);
    add_order<Object>(sql, query);
    sql.sql(" LIMIT ").value(bounded(query.top) + 1).sql(" OFFSET ").value(bounded(query.skip));
    return sql;
}

template <class Object>
BoundSql count_sql(const Scope& scope, const directory::Query& query) {
    BoundSql sql;
    sql.sql("SELECT count(*)");
    add_conditions<Object>(sql, scope, query);
    return sql;
}

template BoundSql page_sql<User>(const Scope&, const directory::Query&);
template BoundSql page_sql<Group>(const Scope&, const directory::Query&);
template BoundSql page_sql<Contact>(const Scope&, const directory::Query&);
template BoundSql page_sql<ContactFolder>(const Scope&, const directory::Query&);
template BoundSql count_sql<User>(const Scope&, const directory::Query&);
template BoundSql count_sql<Group>(const Scope&, const directory::Query&);
template BoundSql count_sql<Contact>(const Scope&, const directory::Query&);
template BoundSql count_sql<ContactFolder>(const Scope&, const directory::Query&);

}  // namespace cameo::store::sqlite
