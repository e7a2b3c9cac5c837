#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/store.h"
#include "store/sqlite/connection.h"

// Removals and all that they take with them, as parts of their caller's transaction.
namespace cameo::store::sqlite {

// The ids of the folder and of all that lie in it, to any depth; empty where there is none.
std::vector<std::string> folders_in(Connection& connection, std::string_view tenant,
                                    std::string_view folder);

// As directory::Table::remove. For User, Group, Contact and ContactFolder.
template <class Object>
std::optional<directory::Removed> remove_object(Connection& connection, std::string_view tenant,
                                                std::string_view id, Instant now);

}  // namespace cameo::store::sqlite
