#pragma once

#include "base/result.h"
#include "directory/contact.h"
#include "directory/group.h"
#include "directory/user.h"
#include "store/sqlite/connection.h"

// What must hold before an object is written: the faults of directory::Table::add, but for a taken
// id. Parts of their caller's transaction, in which nobody else writes.
namespace cameo::store::sqlite {

Result<void> check(Connection& connection, const directory::User& user);
Result<void> check(Connection& connection, const directory::Group& group);
Result<void> check(Connection& connection, const directory::Contact& contact);
Result<void> check(Connection& connection, const directory::ContactFolder& folder);

}  // namespace cameo::store::sqlite
