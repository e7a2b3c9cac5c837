#pragma once

#include "directory/store.h"
#include "store/memory/memory_repository.h"

namespace cameo::store::memory {

// The ids of the folder and of all that lie in it, to any depth; empty where there is none.
std::vector<std::string> folders_in(MemoryRepository& memory, std::string_view tenant,
                                    std::string_view folder);

// As directory::Table::remove, under the lock. For User, Group, Contact and ContactFolder.
template <class Object>
std::optional<directory::Removed> remove(MemoryRepository& memory, std::string_view tenant,
                                         std::string_view id, Instant now);

}  // namespace cameo::store::memory
