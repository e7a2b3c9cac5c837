#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "directory/people.h"
#include "store/sqlite/connection.h"

namespace cameo::store::sqlite {

// The list of people: docs/storage.md, "People". Reads only; as directory::Store. The caller has
// the reads of one list in one transaction.

Result<directory::Page<directory::Person>> read_people(Connection& connection,
                                                       const directory::PeopleQuery& query);

std::vector<directory::CoverageRow> read_coverage(Connection& connection, std::string_view tenant,
                                                  directory::CoverageBy by);

}  // namespace cameo::store::sqlite
