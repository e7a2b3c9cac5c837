#include "store/sqlite/list_sql.h"

#include <string>
#include <type_traits>

#include "base/text.h"
#include "directory/property.h"
#include "store/sqlite/entry_row.h"
#include "store/sqlite/filter_sql.h"
#include "store/sqlite/kind.h"
#include "store/sqlite/photo_rows.h"
#include "store/sqlite/search_text.h"
#include "store/sqlite/word_search.h"

namespace cameo::store::sqlite {
namespace {

using directory::Contact;
using directory::ContactFolder;
using directory::Group;
using directory::Scope;
using directory::User;

template <class Entry>
void add_scope(BoundSql& sql, const Scope& scope) {
    sql.sql(" WHERE tenant=").value(scope.tenant);
    if constexpr (Kind<Entry>::kInMailbox) {
        sql.sql(" AND mailbox=").value(scope.mailbox);
        if (!scope.folder.empty()) sql.sql(" AND parent_folder_id=").value(scope.folder);
    }
    if constexpr (std::is_same_v<Entry, User>)
        if (!scope.members_of.empty())
            sql.sql(
                   " AND number IN (SELECT user FROM members WHERE \"group\"=(SELECT number FROM "
                   "groups WHERE tenant=")
                .value(scope.tenant)
                .sql(" AND id=")
                .value(scope.members_of)
                .sql("))");
    if constexpr (std::is_same_v<Entry, Group>) {
        if (scope.teams_only) sql.sql(" AND is_team=1");
        if (!scope.joined_by.empty())
            sql.sql(
                   " AND number IN (SELECT \"group\" FROM members WHERE user=(SELECT number FROM "
                   "users WHERE tenant=")
                .value(scope.tenant)
                .sql(" AND id=")
                .value(scope.joined_by)
                .sql("))");
    }
}

// FTS5 takes an empty text for a mistake.
template <class Entry>
void add_search_by_index(BoundSql& sql, const directory::Search& search) {
    const auto text = match_text<Entry>(search);
    if (text.empty()) {
        sql.sql(" AND 0");
        return;
    }
    const std::string table(Kind<Entry>::kText);
    sql.sql(" AND number IN (SELECT rowid FROM " + table + " WHERE " + table + " MATCH ")
        .value(text)
        .sql(")");
}

// Row by row: an index of words would hold those of all mailboxes, and cost what they hold.
template <class Entry>
void add_search_by_rows(BoundSql& sql, const directory::Search& search) {
    const auto text = words_text<Entry>(search);
    if (text.empty()) {
        sql.sql(" AND 0");
        return;
    }
    sql.sql(" AND has_words(").value(text);
    for (const auto& property : directory::properties<Entry>())
        if (property.searched) sql.sql(", " + directory::snake_case(property.name));
    sql.sql(")");
}

template <class Entry>
void add_conditions(BoundSql& sql, const Scope& scope, const directory::Query& query) {
    sql.sql(" FROM ").sql(Kind<Entry>::kTable);
    add_scope<Entry>(sql, scope);
    if (query.filter) {
        sql.sql(" AND ");
        add_filter<Entry>(sql, *query.filter);
    }
    if (!query.search) return;
    if constexpr (Kind<Entry>::kInMailbox)
        add_search_by_rows<Entry>(sql, *query.search);
    else
        add_search_by_index<Entry>(sql, *query.search);
}

template <class Entry>
std::string column_list() {
    std::string list;
    for (const auto& column : columns<Entry>()) list += (list.empty() ? "" : ", ") + column;
    return list;
}

}  // namespace

template <class Entry>
BoundSql page_sql(const Scope& scope, const directory::Query& query) {
    BoundSql sql;
    sql.sql("SELECT " + column_list<Entry>());
    add_conditions<Entry>(sql, scope, query);
    if (query.after)
        sql.sql(query.descending ? " AND (name_key, id) < (" : " AND (name_key, id) > (")
            .value(to_lower(query.after->display_name))
            .sql(", ")
            .value(query.after->id)
            .sql(")");
    sql.sql(query.descending ? " ORDER BY name_key DESC, id DESC" : " ORDER BY name_key, id")
        .sql(" LIMIT ")
        .value(bounded(query.top) + 1)
        .sql(" OFFSET ")
        .value(bounded(query.skip));
    return sql;
}

template <class Entry>
BoundSql count_sql(const Scope& scope, const directory::Query& query) {
    BoundSql sql;
    sql.sql("SELECT count(*)");
    add_conditions<Entry>(sql, scope, query);
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
