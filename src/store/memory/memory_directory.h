#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "directory/store.h"
#include "store/memory/memory_repository.h"
#include "store/memory/memory_table.h"

namespace cameo::store::memory {

// The directory in memory: for tests, which may override what is to go wrong. Forgets all when it
// ends. Thread-safe.
class MemoryDirectory : public directory::Store {
  public:
    // With a catalog of its own, for tests that have no photos.
    MemoryDirectory();
    // `catalog`, borrowed, has the photos of those who are in here.
    explicit MemoryDirectory(MemoryCatalog& catalog);

    Result<std::vector<directory::Tenant>> tenants(Deadline deadline) override;
    Result<void> put_tenant(const directory::Tenant& tenant, Deadline deadline) override;

    directory::Table<directory::User>& users() override { return users_; }
    directory::Table<directory::Group>& groups() override { return groups_; }
    directory::Table<directory::Contact>& contacts() override { return contacts_; }
    directory::Table<directory::ContactFolder>& folders() override { return folders_; }

    Result<std::optional<directory::User>> user_by_name(std::string_view tenant,
                                                        std::string_view name,
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

  private:
    using InGroup = MemoryRepository::InGroup;
    // Puts the user into the group's `people`: members or owners.
    Result<void> add_to_group(std::set<InGroup>& people, const InGroup& one,
                              std::string_view already, Deadline deadline,
                              const ActingOwner& acting_owner);

    // Under the lock. Fault::no_owner where one of the users does not exist, Fault::conflict where
    // one is named twice.
    Result<std::set<InGroup>> in_group(const directory::Group& group,
                                       const std::vector<std::string>& users,
                                       std::string_view already);

    std::unique_ptr<MemoryCatalog> own_catalog_;  // null where it is borrowed
    MemoryRepository memory_;
    MemoryTable<directory::User> users_{memory_};
    MemoryTable<directory::Group> groups_{memory_};
    MemoryTable<directory::Contact> contacts_{memory_};
    MemoryTable<directory::ContactFolder> folders_{memory_};
};

}  // namespace cameo::store::memory
