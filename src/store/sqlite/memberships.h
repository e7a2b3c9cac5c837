#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/owner.h"
#include "base/result.h"
#include "directory/store.h"
#include "store/sqlite/connection.h"

// Reads and writes of the tables members, owners, managers and issuer_subjects, each as
// directory::Store's function of the same name, and the check of ActingOwner. Each runs in its
// caller's transaction.
namespace cameo::store::sqlite {

Result<void> check_acting_owner(Connection& connection, std::string_view tenant,
                                std::string_view group, const ActingOwner& acting_owner);

Result<void> add_member(Connection& connection, std::string_view tenant, std::string_view group,
                        std::string_view user);
bool remove_member(Connection& connection, std::string_view tenant, std::string_view group,
                   std::string_view user);
bool is_member(Connection& connection, std::string_view tenant, std::string_view group,
               std::string_view user);

Result<void> add_owner(Connection& connection, std::string_view tenant, std::string_view group,
                       std::string_view user);
Result<bool> remove_owner(Connection& connection, std::string_view tenant, std::string_view group,
                          std::string_view user);
bool is_owner(Connection& connection, std::string_view tenant, std::string_view group,
              std::string_view user);

// One item of directory::Store::change_memberships.
Result<directory::Membership> change_membership(Connection& connection, std::string_view tenant,
                                                std::string_view group,
                                                const directory::MembershipChange& change);

std::optional<std::string> manager_of(Connection& connection, std::string_view tenant,
                                      std::string_view user);
// Faults of directory::Store::set_manager.
Result<void> set_manager(Connection& connection, std::string_view tenant, std::string_view user,
                         std::string_view manager);

std::optional<std::string> bound_user(Connection& connection,
                                      const directory::IssuerSubject& subject);
Result<void> bind_subject(Connection& connection, const directory::IssuerSubject& subject,
                          std::string_view user);
Result<std::vector<directory::IssuerSubject>> rebind_subject(
    Connection& connection, const directory::IssuerSubject& subject, std::string_view user);

// The subjects that are bound to the user.
std::vector<directory::IssuerSubject> subjects_of(Connection& connection, std::string_view tenant,
                                                  std::string_view user);

}  // namespace cameo::store::sqlite
