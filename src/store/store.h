#pragma once

#include "directory/sign_in_codes.h"
#include "directory/store.h"
#include "photo/catalog.h"

namespace cameo::store {

// Port: all data of an instance of Cameo except the bytes of photos (photo/blob_store.h).
// Interfaces to one database, so that each module depends only on its own. Every write of one is a
// transaction over all. Thread-safe. Implementations: memory, SQLite. They pass the
// suite in store/contract.
class Store {
  public:
    virtual ~Store() = default;

    // Owned by the store.
    virtual photo::Catalog& catalog() = 0;
    virtual directory::Store& directory() = 0;
    virtual directory::SignInCodes& sign_in_codes() = 0;
};

}  // namespace cameo::store
