#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "store/memory/memory_store.h"

namespace cameo::store::memory {
namespace {

using directory::Group;
using directory::Tenant;
using directory::User;
using What = photo::Change::What;

std::unexpected<Error> late() { return fail(Fault::busy, "The directory did not answer in time."); }

}  // namespace

MemoryDirectory::MemoryDirectory()
    : own_catalog_(std::make_unique<MemoryCatalog>()), memory_(*own_catalog_) {}

MemoryDirectory::MemoryDirectory(MemoryCatalog& catalog) : memory_(catalog) {}

Result<std::vector<Tenant>> MemoryDirectory::tenants(Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    std::vector<Tenant> tenants;
    for (const auto& [id, tenant] : memory_.tenants) tenants.push_back(tenant);
    return tenants;
}

Result<void> MemoryDirectory::put_tenant(const Tenant& tenant, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    const bool taken = std::ranges::any_of(memory_.tenants, [&](const auto& object) {
        return object.first != tenant.id && object.second.name == tenant.name;
    });
    if (taken) return fail(Fault::conflict, "Another tenant has that name.");
    memory_.tenants.insert_or_assign(tenant.id, tenant);
    return {};
}

Result<std::optional<User>> MemoryDirectory::user_by_name(std::string_view tenant,
                                                          std::string_view name,
                                                          Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    for (const auto& [key, user] : memory_.all<User>())
        if (user.tenant == tenant && equals_ignoring_case(user.user_principal_name, name))
            return user;
    return std::nullopt;
}

Result<std::optional<std::string>> MemoryDirectory::bound_user(
    const directory::IssuerSubject& subject, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    const auto found = memory_.bound_users.find(subject);
    if (found == memory_.bound_users.end()) return std::nullopt;
    return memory_.find<User>(subject.tenant, found->second)->id;
}

Result<void> MemoryDirectory::bind_subject(const directory::IssuerSubject& subject,
                                           std::string_view user, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    if (memory_.find<User>(subject.tenant, user) == nullptr)
        return fail(Fault::no_owner, "The user does not exist.");
    if (const auto found = memory_.bound_users.find(subject); found != memory_.bound_users.end()) {
        if (found->second == to_lower(user)) return {};
        return fail(Fault::conflict, "the subject is bound to another user");
    }
    std::vector<directory::IssuerSubject> held;
    for (const auto& [bound, id] : memory_.bound_users)
        if (bound.tenant == subject.tenant && id == to_lower(user)) held.push_back(bound);
    if (auto fine = directory::check_binding(subject, held); !fine) return fine;
    memory_.bound_users.emplace(subject, to_lower(user));
    return {};
}

Result<std::vector<directory::IssuerSubject>> MemoryDirectory::rebind_subject(
    const directory::IssuerSubject& subject, std::string_view user, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    if (memory_.find<User>(subject.tenant, user) == nullptr)
        return fail(Fault::no_owner, "The user does not exist.");
    std::vector<directory::IssuerSubject> ended;
    std::erase_if(memory_.bound_users, [&](const auto& bound) {
        const auto& [held, id] = bound;
        const bool is_users =
            held.tenant == subject.tenant && held.issuer == subject.issuer && id == to_lower(user);
        if ((held == subject) == is_users) return false;
        ended.push_back(held);
        return true;
    });
    memory_.bound_users.emplace(subject, to_lower(user));
    return ended;
}

Result<void> MemoryDirectory::add_bound(const User& user, const directory::IssuerSubject& subject,
                                        Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    if (memory_.bound_users.contains(subject))
        return fail(Fault::conflict, "The subject is bound already.");
    auto added = users_.insert(user);
    if (added) memory_.bound_users.emplace(subject, to_lower(user.id));
    return added;
}

Result<std::set<MemoryRepository::InGroup>> MemoryDirectory::in_group(
    const Group& group, const std::vector<std::string>& users, std::string_view already) {
    std::set<InGroup> theirs;
    for (const auto& user : users) {
        if (memory_.find<User>(group.tenant, user) == nullptr)
            return fail(Fault::no_owner, "The group or the user does not exist.");
        if (!theirs.emplace(group.tenant, to_lower(group.id), to_lower(user)).second)
            return fail(Fault::conflict, std::string(already));
    }
    return theirs;
}

Result<void> MemoryDirectory::add_group(const Group& group, const std::vector<std::string>& owners,
                                        const std::vector<std::string>& members,
                                        Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    auto owning = in_group(group, owners, directory::kAlreadyOwner);
    if (!owning) return std::unexpected(std::move(owning.error()));
    auto belonging = in_group(group, members, directory::kAlreadyMember);
    if (!belonging) return std::unexpected(std::move(belonging.error()));
    if (auto added = groups_.insert(group); !added) return added;
    memory_.owners.merge(*owning);
    memory_.members.merge(*belonging);
    if (!members.empty())
        memory_.record_change_of_group(group.tenant, group.id, What::members_changed);
    if (!owners.empty())
        memory_.record_change_of_group(group.tenant, group.id, What::owners_changed);
    return {};
}

Result<std::string> MemoryDirectory::free_nickname(std::string_view tenant, std::string_view wanted,
                                                   Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    std::string nickname(wanted);
    for (int number = 2; memory_.has_nickname(tenant, to_lower(nickname)); ++number)
        nickname =
            std::string(wanted.substr(0, directory::kNumberedCharacters)) + std::to_string(number);
    return nickname;
}

Result<std::optional<Group>> MemoryDirectory::change_group(
    std::string_view tenant, std::string_view id, const directory::Table<Group>::Change& change,
    const std::vector<std::string>& owners, const std::vector<std::string>& members,
    Deadline deadline, const ActingOwner& acting_owner) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    const auto* found = memory_.find<Group>(tenant, id);
    if (found == nullptr) return std::nullopt;
    auto owning = in_group(*found, owners, directory::kAlreadyOwner);
    if (!owning) return std::unexpected(std::move(owning.error()));
    auto belonging = in_group(*found, members, directory::kAlreadyMember);
    if (!belonging) return std::unexpected(std::move(belonging.error()));
    const auto is_in = [](const auto& people) {
        return [&people](const auto& one) { return people.contains(one); };
    };
    if (std::ranges::any_of(*owning, is_in(memory_.owners)))
        return fail(Fault::conflict, std::string(directory::kAlreadyOwner));
    if (std::ranges::any_of(*belonging, is_in(memory_.members)))
        return fail(Fault::conflict, std::string(directory::kAlreadyMember));
    auto changed = groups_.update(tenant, id, change, acting_owner);
    if (!changed) return changed;
    memory_.owners.merge(*owning);
    memory_.members.merge(*belonging);
    if (!members.empty()) memory_.record_change_of_group(tenant, id, What::members_changed);
    if (!owners.empty()) memory_.record_change_of_group(tenant, id, What::owners_changed);
    return changed;
}

Result<std::optional<std::string>> MemoryDirectory::manager_of(std::string_view tenant,
                                                               std::string_view user,
                                                               Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    const auto found = memory_.managers.find({std::string(tenant), to_lower(user)});
    if (found == memory_.managers.end()) return std::nullopt;
    return memory_.find<User>(tenant, found->second)->id;
}

Result<void> MemoryDirectory::set_manager(std::string_view tenant, std::string_view user,
                                          std::string_view manager, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    const MemoryRepository::Key key(tenant, to_lower(user));
    if (memory_.find<User>(tenant, user) == nullptr ||
        (!manager.empty() && memory_.find<User>(tenant, manager) == nullptr))
        return fail(Fault::no_owner, "The user does not exist.");
    if (equals_ignoring_case(user, manager))
        return fail(Fault::conflict, std::string(directory::kOwnManager));
    if (manager.empty())
        memory_.managers.erase(key);
    else
        memory_.managers.insert_or_assign(key, to_lower(manager));
    return {};
}

Result<void> MemoryDirectory::add_to_group(std::set<InGroup>& people, const InGroup& one,
                                           std::string_view already, Deadline deadline,
                                           const ActingOwner& acting_owner) {
    if (has_passed(deadline)) return late();
    const auto& [tenant, group, user] = one;
    const std::lock_guard lock(memory_.mutex);
    if (auto fine = memory_.check_acting_owner(tenant, group, acting_owner); !fine) return fine;
    if (memory_.find<Group>(tenant, group) == nullptr ||
        memory_.find<User>(tenant, user) == nullptr)
        return fail(Fault::no_owner, "The group or the user does not exist.");
    if (!people.insert(one).second) return fail(Fault::conflict, std::string(already));
    memory_.record_change_of_group(
        tenant, group, &people == &memory_.members ? What::members_changed : What::owners_changed);
    return {};
}

Result<void> MemoryDirectory::add_member(std::string_view tenant, std::string_view group,
                                         std::string_view user, Deadline deadline,
                                         const ActingOwner& acting_owner) {
    return add_to_group(memory_.members, {std::string(tenant), to_lower(group), to_lower(user)},
                        directory::kAlreadyMember, deadline, acting_owner);
}

Result<bool> MemoryDirectory::remove_member(std::string_view tenant, std::string_view group,
                                            std::string_view user, Deadline deadline,
                                            const ActingOwner& acting_owner) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    if (auto fine = memory_.check_acting_owner(tenant, group, acting_owner); !fine)
        return std::unexpected(std::move(fine.error()));
    if (memory_.members.erase({std::string(tenant), to_lower(group), to_lower(user)}) == 0)
        return false;
    memory_.record_change_of_group(tenant, group, What::members_changed);
    return true;
}

Result<bool> MemoryDirectory::is_member(std::string_view tenant, std::string_view group,
                                        std::string_view user, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    return memory_.is_member(tenant, group, user);
}

Result<void> MemoryDirectory::add_owner(std::string_view tenant, std::string_view group,
                                        std::string_view user, Deadline deadline,
                                        const ActingOwner& acting_owner) {
    return add_to_group(memory_.owners, {std::string(tenant), to_lower(group), to_lower(user)},
                        directory::kAlreadyOwner, deadline, acting_owner);
}

Result<bool> MemoryDirectory::remove_owner(std::string_view tenant, std::string_view group,
                                           std::string_view user, Deadline deadline,
                                           const ActingOwner& acting_owner) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    if (auto fine = memory_.check_acting_owner(tenant, group, acting_owner); !fine)
        return std::unexpected(std::move(fine.error()));
    if (!memory_.is_owner(tenant, group, user)) return false;
    if (is_last_owner(tenant, group, user))
        return fail(Fault::conflict, std::string(directory::kLastOwner));
    memory_.owners.erase({std::string(tenant), to_lower(group), to_lower(user)});
    memory_.record_change_of_group(tenant, group, What::owners_changed);
    return true;
}

Result<bool> MemoryDirectory::is_owner(std::string_view tenant, std::string_view group,
                                       std::string_view user, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    return memory_.is_owner(tenant, group, user);
}

bool MemoryDirectory::is_last_owner(std::string_view tenant, std::string_view group,
                                    std::string_view user) {
    return memory_.is_owner(tenant, group, user) &&
           std::ranges::count_if(memory_.owners, [&](const auto& owner) {
               return std::get<0>(owner) == tenant && std::get<1>(owner) == to_lower(group);
           }) == 1;
}

Result<directory::Membership> MemoryDirectory::change_membership(
    std::string_view tenant, std::string_view group, const directory::MembershipChange& change) {
    const auto& user = change.user;
    if (memory_.find<User>(tenant, user) == nullptr)
        return fail(Fault::no_owner, "The user does not exist.");
    const directory::Membership before{memory_.is_member(tenant, group, user),
                                       memory_.is_owner(tenant, group, user)};
    const auto after = directory::changed(change, before);
    if (!after) return std::unexpected(after.error());
    if (!after->owner && is_last_owner(tenant, group, user))
        return fail(Fault::conflict, std::string(directory::kLastOwner));
    const InGroup one(tenant, to_lower(group), to_lower(user));
    const auto put = [&](std::set<InGroup>& people, bool in) {
        if (in)
            people.insert(one);
        else
            people.erase(one);
    };
    put(memory_.members, after->member);
    put(memory_.owners, after->owner);
    return before;
}

Result<std::vector<Result<directory::Membership>>> MemoryDirectory::change_memberships(
    std::string_view tenant, std::string_view group,
    const std::vector<directory::MembershipChange>& changes, Deadline deadline,
    const ActingOwner& acting_owner) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    if (auto fine = memory_.check_acting_owner(tenant, group, acting_owner); !fine)
        return std::unexpected(std::move(fine.error()));
    if (memory_.find<Group>(tenant, group) == nullptr)
        return fail(Fault::no_owner, "The group does not exist.");
    std::vector<Result<directory::Membership>> before;
    for (const auto& change : changes) before.push_back(change_membership(tenant, group, change));
    const auto altered = directory::altered_lists(changes, before);
    if (altered.members) memory_.record_change_of_group(tenant, group, What::members_changed);
    if (altered.owners) memory_.record_change_of_group(tenant, group, What::owners_changed);
    return before;
}

}  // namespace cameo::store::memory
