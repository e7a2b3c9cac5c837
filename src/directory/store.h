#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "directory/user.h"

namespace cameo::directory {

// Port: tenants and users. Implementations: memory, SQLite. They pass the suite in
// store/contract/directory_contract.h.
//
// Thread-safe; calls block. Fault::busy where the deadline passes, Fault::internal where the store
// fails. A write that returned is durable and seen by every later read.
class Store {
  public:
    virtual ~Store() = default;

    virtual Result<std::vector<Tenant>> tenants(Deadline deadline) = 0;
    // Fault::conflict where the id or the name is taken.
    virtual Result<void> add_tenant(const Tenant& tenant, Deadline deadline) = 0;

    // By id in either letter case.
    virtual Result<std::optional<User>> user_by_id(std::string_view tenant, std::string_view id,
                                                   Deadline deadline) = 0;
    // By userPrincipalName in either letter case.
    virtual Result<std::optional<User>> user_by_name(std::string_view tenant, std::string_view name,
                                                     Deadline deadline) = 0;
    // Fault::conflict where the id or the userPrincipalName is taken in that tenant.
    virtual Result<void> add_user(const User& user, Deadline deadline) = 0;

    virtual Result<std::uint64_t> count_users(std::string_view tenant, Deadline deadline) = 0;
};

}  // namespace cameo::directory
