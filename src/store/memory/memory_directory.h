#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "directory/store.h"

namespace cameo::store::memory {

// The directory in memory: for tests. Forgets all when it ends. Thread-safe.
class MemoryDirectory final : public directory::Store {
  public:
    Result<std::vector<directory::Tenant>> tenants(Deadline deadline) override;
    Result<void> add_tenant(const directory::Tenant& tenant, Deadline deadline) override;
    Result<std::optional<directory::User>> user_by_id(std::string_view tenant, std::string_view id,
                                                      Deadline deadline) override;
    Result<std::optional<directory::User>> user_by_name(std::string_view tenant,
                                                        std::string_view name,
                                                        Deadline deadline) override;
    Result<void> add_user(const directory::User& user, Deadline deadline) override;
    Result<std::uint64_t> count_users(std::string_view tenant, Deadline deadline) override;

  private:
    using Key = std::pair<std::string, std::string>;  // tenant; id or name in lower case

    std::mutex mutex_;
    std::map<std::string, directory::Tenant> tenants_;
    std::map<Key, directory::User> users_;
    std::map<Key, std::string> ids_by_name_;
};

}  // namespace cameo::store::memory
