#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/owner.h"
#include "base/result.h"
#include "directory/store.h"
#include "transfer/pattern.h"

namespace cameo::transfer {

// Somebody, or a group, who may have a photo.
struct Member {
    std::string id;
    std::string label;  // for people who read: userPrincipalName, or a group's displayName
    std::string name;   // what the pattern makes of it; empty where a property is missing
    PhotoStorage storage = PhotoStorage::mailbox;
};

// Calls `each` for every user or group of the tenant, page by page, in the order of lists.
Result<void> for_each_member(directory::Store& store, const std::string& tenant, OwnerKind kind,
                             const Pattern& pattern, const std::function<void(Member)>& each);

// Everybody of a tenant, found by the names that a pattern gives them. Immutable once loaded.
class Roster {
  public:
    static Result<Roster> load(directory::Store& store, const std::string& tenant, OwnerKind kind,
                               const Pattern& pattern);

    const std::vector<Member>& members() const { return members_; }

    // Positions in members() of all who have that name (match_key); ascending.
    std::vector<std::size_t> find(std::string_view name) const;

  private:
    std::vector<Member> members_;
    std::unordered_multimap<std::string, std::uint32_t> by_key_;
};

}  // namespace cameo::transfer
