#pragma once

#include "directory/query.h"
#include "store/sqlite/bound_sql.h"

namespace cameo::store::sqlite {

// Appends the filter as one expression. For User, Group, Contact and ContactFolder.
template <class Object>
void add_filter(BoundSql& sql, const directory::Filter& filter);

}  // namespace cameo::store::sqlite
