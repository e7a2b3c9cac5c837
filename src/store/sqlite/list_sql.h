#pragma once

#include "directory/query.h"
#include "directory/store.h"
#include "store/sqlite/bound_sql.h"

// Lists as SQL. For User, Group, Contact and ContactFolder.
namespace cameo::store::sqlite {

// One page and one row more, which says whether there are entries behind it. The columns are those
// of read_entry.
template <class Entry>
BoundSql page_sql(const directory::Scope& scope, const directory::Query& query);

// The number of all that match, whatever the page.
template <class Entry>
BoundSql count_sql(const directory::Scope& scope, const directory::Query& query);

}  // namespace cameo::store::sqlite
