#pragma once

#include "directory/store.h"
#include "photo/catalog.h"

namespace cameo::store {

// Port: all data of an instance of Cameo except the bytes of photos (photo/blob_store.h).
// Two interfaces to one database, so that each module depends only on its own. Every write of
// either is one transaction over both. Thread-safe. Implementations: memory, SQLite. They pass the
// suite in store/contract.
class Store {
  public:
    virtual ~Store() = default;

    // Owned by the store.
    virtual photo::Catalog& catalog() = 0;
    virtual directory::Store& directory() = 0;
};

}  // namespace cameo::store
