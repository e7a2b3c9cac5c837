#pragma once

#include <compare>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "base/text.h"
#include "directory/store.h"
#include "store/memory/memory_catalog.h"

namespace cameo::store::memory {

// Users and groups are found in either letter case, what lies in a mailbox exactly.
template <class Object>
std::string key_of(std::string_view id) {
    constexpr bool kFolds =
        std::is_same_v<Object, directory::User> || std::is_same_v<Object, directory::Group>;
    return kFolds ? to_lower(id) : std::string(id);
}

// Everything that a MemoryDirectory holds, behind one lock, which whoever touches it holds.
class MemoryRepository {
  public:
    using Key = std::pair<std::string, std::string>;  // tenant, key_of the id
    template <class Object>
    using Map = std::map<Key, Object>;

    explicit MemoryRepository(MemoryCatalog& catalog_of_photos) : catalog(catalog_of_photos) {
        catalog.look_for_owners_in(*this);
    }

    template <class Object>
    Map<Object>& all() {
        return std::get<Map<Object>>(maps_);
    }
    // nullptr where there is none.
    template <class Object>
    Object* find(std::string_view tenant, std::string_view id) {
        const auto found = all<Object>().find({std::string(tenant), key_of<Object>(id)});
        return found == all<Object>().end() ? nullptr : &found->second;
    }
    bool is_member(std::string_view tenant, std::string_view group, std::string_view user) const {
        return members.contains({std::string(tenant), to_lower(group), to_lower(user)});
    }

    bool is_owner(std::string_view tenant, std::string_view group, std::string_view user) const {
        return owners.contains({std::string(tenant), to_lower(group), to_lower(user)});
    }

    // What ActingOwner promises.
    Result<void> check_acting_owner(std::string_view tenant, std::string_view group,
                                    const ActingOwner& acting_owner) {
        if (!acting_owner || is_owner(tenant, group, *acting_owner)) return {};
        if (find<directory::Group>(tenant, group) == nullptr) return {};
        return fail(Fault::denied, "");
    }

    using InGroup = std::tuple<std::string, std::string, std::string>;  // tenant, group, user

    std::mutex mutex;
    std::map<std::string, directory::Tenant> tenants;
    std::set<InGroup> members;
    std::set<InGroup> owners;
    std::map<directory::IssuerSubject, std::string> bound_users;  // to ids in lower case
    MemoryCatalog& catalog;

  private:
    std::tuple<Map<directory::User>, Map<directory::Group>, Map<directory::Contact>,
               Map<directory::ContactFolder>>
        maps_;
};

}  // namespace cameo::store::memory
