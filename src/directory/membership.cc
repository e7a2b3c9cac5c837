#include "directory/membership.h"

#include <cstddef>

namespace cameo::directory {

Result<Membership> changed(const MembershipChange& change, const Membership& before) {
    if (change.spares_owners && before.owner) return fail(Fault::denied, "");
    const bool concerned = change.concerns == Concerns::anyone || before.owner ||
                           (change.concerns == Concerns::people && before.member);
    if (!concerned) return fail(Fault::no_owner, "The user is not in the group.");
    return Membership{change.member.value_or(before.member), change.owner.value_or(before.owner)};
}

AlteredLists altered_lists(const std::vector<MembershipChange>& changes,
                           const std::vector<Result<Membership>>& before) {
    AlteredLists altered;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (!before[i]) continue;
        const auto& [member, owner] = *before[i];
        altered.members |= changes[i].member.value_or(member) != member;
        altered.owners |= changes[i].owner.value_or(owner) != owner;
    }
    return altered;
}

}  // namespace cameo::directory
