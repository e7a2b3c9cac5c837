#pragma once

#include "directory/query.h"
#include "directory/store.h"
#include "store/memory/memory_repository.h"

namespace cameo::store::memory {

// Whether the list that scope and query describe holds the object, cursor and page apart. For User,
// Group, Contact and ContactFolder.
template <class Object>
bool is_wanted(const MemoryRepository& memory, const Object& object, const directory::Scope& scope,
               const directory::Query& query);

}  // namespace cameo::store::memory
