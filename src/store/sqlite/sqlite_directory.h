#pragma once

#include "directory/store.h"
#include "store/sqlite/engine.h"
#include "store/sqlite/object_table.h"

namespace cameo::store::sqlite {

// All tables except those of SqliteCatalog. Borrows the engine.
class SqliteDirectory final : public directory::Store {
  public:
    explicit SqliteDirectory(Engine& engine) : engine_(engine) {}

    Result<std::vector<directory::Tenant>> tenants(Deadline deadline) override;
    Result<void> put_tenant(const directory::Tenant& tenant, Deadline deadline) override;

    directory::Table<directory::User>& users() override { return users_; }
    directory::Table<directory::Group>& groups() override { return groups_; }
    directory::Table<directory::Contact>& contacts() override { return contacts_; }
    directory::Table<directory::ContactFolder>& folders() override { return folders_; }

    Result<std::optional<directory::User>> user_by_name(std::string_view tenant,
                                                        std::string_view name,
                                                        Deadline deadline) override;
    Result<directory::Page<directory::Person>> people(const directory::PeopleQuery& query,
                                                      Deadline deadline) override;
    Result<std::vector<directory::CoverageRow>> coverage(std::string_view tenant,
                                                         directory::CoverageBy by,
                                                         Deadline deadline) override;
    Result<std::optional<std::string>> bound_user(const directory::IssuerSubject& subject,
                                                  Deadline deadline) override;
    Result<void> bind_subject(const directory::IssuerSubject& subject, std::string_view user,
                              Deadline deadline) override;
    Result<std::vector<directory::IssuerSubject>> rebind_subject(
        const directory::IssuerSubject& subject, std::string_view user, Deadline deadline) override;
    Result<void> add_bound(const directory::User& user, const directory::IssuerSubject& subject,
                           Deadline deadline) override;
    Result<void> add_group(const directory::Group& group, const std::vector<std::string>& owners,
                           const std::vector<std::string>& members, Deadline deadline) override;
    Result<std::string> free_nickname(std::string_view tenant, std::string_view wanted,
                                      Deadline deadline) override;
    Result<std::optional<directory::Group>> change_group(
        std::string_view tenant, std::string_view id,
        const directory::Table<directory::Group>::Change& change,
        const std::vector<std::string>& owners, const std::vector<std::string>& members,
        Deadline deadline, const ActingOwner& acting_owner) override;
    Result<std::optional<std::string>> manager_of(std::string_view tenant, std::string_view user,
                                                  Deadline deadline) override;
    Result<void> set_manager(std::string_view tenant, std::string_view user,
                             std::string_view manager, Deadline deadline) override;
    Result<void> add_member(std::string_view tenant, std::string_view group, std::string_view user,
                            Deadline deadline, const ActingOwner& acting_owner) override;
    Result<bool> remove_member(std::string_view tenant, std::string_view group,
                               std::string_view user, Deadline deadline,
                               const ActingOwner& acting_owner) override;
    Result<bool> is_member(std::string_view tenant, std::string_view group, std::string_view user,
                           Deadline deadline) override;
    Result<void> add_owner(std::string_view tenant, std::string_view group, std::string_view user,
                           Deadline deadline, const ActingOwner& acting_owner) override;
    Result<bool> remove_owner(std::string_view tenant, std::string_view group,
                              std::string_view user, Deadline deadline,
                              const ActingOwner& acting_owner) override;
    Result<bool> is_owner(std::string_view tenant, std::string_view group, std::string_view user,
                          Deadline deadline) override;
    Result<std::vector<Result<directory::Membership>>> change_memberships(
        std::string_view tenant, std::string_view group,
        const std::vector<directory::MembershipChange>& changes, Deadline deadline,
        const ActingOwner& acting_owner) override;

  private:
    Engine& engine_;
    ObjectTable<directory::User> users_{engine_};
    ObjectTable<directory::Group> groups_{engine_};
    ObjectTable<directory::Contact> contacts_{engine_};
    ObjectTable<directory::ContactFolder> folders_{engine_};
};

}  // namespace cameo::store::sqlite
