#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/lru_cache.h"
#include "base/result.h"
#include "directory/store.h"
#include "directory/user.h"

namespace cameo::directory {

// Names to owners, with a cache in memory over the store. Thread-safe. The store is borrowed.
class Directory {
  public:
    // Outer nullopt: the memory does not know. Inner null: there is no such user.
    using Known = std::optional<std::shared_ptr<const User>>;

    Directory(Store& store, std::size_t cache_entries);

    // `key` is an id or a userPrincipalName, percent-decoded, in either letter case. Never blocks.
    Known cached_user(std::string_view tenant, std::string_view key);

    // Null where there is no such user. Blocks.
    Result<std::shared_ptr<const User>> user(std::string_view tenant, std::string_view key,
                                             Deadline deadline);

    // Fault::conflict where the userPrincipalName is taken. Blocks; durable on return.
    Result<void> add(const User& user, Deadline deadline);

  private:
    Store& store_;
    LruCache<std::shared_ptr<const User>> users_;  // by tenant and lower-case key
};

}  // namespace cameo::directory
