#pragma once

#include "directory/query.h"
#include "directory/store.h"
#include "store/sqlite/connection.h"

namespace cameo::store::sqlite {

// Lists as SQL. For User, Group, Contact and ContactFolder.

// One page and one row more, which shows whether more objects follow. The columns are those
// of read_object, behind them Page::owning where the scope is people_of.
template <class Object>
BoundSql page_sql(const directory::Scope& scope, const directory::Query& query);

// The number of all matching objects, independent of the page.
template <class Object>
BoundSql count_sql(const directory::Scope& scope, const directory::Query& query);

}  // namespace cameo::store::sqlite
