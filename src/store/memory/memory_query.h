#pragma once

#include "directory/query.h"
#include "directory/store.h"
#include "store/memory/memory_entries.h"

namespace cameo::store::memory {

// Whether the list that scope and query describe holds the entry, cursor and page apart. For User,
// Group, Contact and ContactFolder.
template <class Entry>
bool is_wanted(const MemoryEntries& memory, const Entry& entry, const directory::Scope& scope,
               const directory::Query& query);

}  // namespace cameo::store::memory
