#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

// What a user is in a group, and how a write changes it: a member, an owner, both or neither. The
// members of a team are the members and the owners of its group (docs/directory.md, "Teams").
namespace cameo::directory {

struct Membership {
    bool member = false;
    bool owner = false;

    bool operator==(const Membership&) const = default;
};

// Whom a change may concern, by what they are before it.
enum class Concerns : std::uint8_t {
    anyone,
    people,  // members and owners
    owners,
};

// One item of Store::change_memberships.
struct MembershipChange {
    std::string user;            // User::id
    std::optional<bool> member;  // what the user becomes; nullopt leaves it as it is
    std::optional<bool> owner;
    Concerns concerns = Concerns::anyone;
    bool spares_owners = false;  // the caller may not write the memberships of owners
};

// What the user becomes, regardless of the other owners. Fault::denied for an owner where the
// change spares them, Fault::no_owner for a user whom it does not concern.
Result<Membership> changed(const MembershipChange& change, const Membership& before);

// Whether any of the changes altered the members, the owners of the group. `before` has what
// Store::change_memberships returns for them.
struct AlteredLists {
    bool members = false;
    bool owners = false;
};
AlteredLists altered_lists(const std::vector<MembershipChange>& changes,
                           const std::vector<Result<Membership>>& before);

}  // namespace cameo::directory
