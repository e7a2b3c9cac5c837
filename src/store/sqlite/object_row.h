#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/sqlite/bound_sql.h"
#include "store/sqlite/connection.h"

// Repository as rows, by directory::properties. For User, Group, Contact and ContactFolder.
namespace cameo::store::sqlite {

// `tenant, mailbox, id, display_name, ...`: the columns of an object in the order of values_of.
template <class Object>
const std::vector<std::string>& columns();

// Texts as they are, truths as 0 and 1, lists as JSON arrays, email addresses as JSON objects with
// `name` and `address`.
template <class Object>
std::vector<Value> values_of(const Object& object);

// From the columns 0 and up of the row. Fault::internal where the JSON of a list does not parse.
template <class Object>
Result<Object> read_object(const Query& row);

}  // namespace cameo::store::sqlite
