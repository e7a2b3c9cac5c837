#pragma once

#include "directory/store.h"
#include "store/sqlite/engine.h"

namespace cameo::store::sqlite {

// The tables tenants and users. Borrows the engine.
class SqliteDirectory final : public directory::Store {
  public:
    explicit SqliteDirectory(Engine& engine) : engine_(engine) {}

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
    Engine& engine_;
};

}  // namespace cameo::store::sqlite
