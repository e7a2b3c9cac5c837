#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/owner.h"

namespace cameo::directory {

// A group, and the team that it may be as well: a team shares its group's id and photo (contract
// section 1). Members are Graph's properties of the same name; empty means null.
struct Group {
    std::string tenant;  // Tenant::id
    std::string id;      // GUID, lower case
    std::string display_name;
    std::string description;
    std::string mail;
    std::string mail_nickname;
    std::string visibility;                // Public, Private, HiddenMembership
    std::vector<std::string> group_types;  // Unified for a Microsoft 365 group
    bool mail_enabled = false;
    bool security_enabled = false;
    bool is_team = false;
    PhotoStorage photo_storage = PhotoStorage::mailbox;

    bool operator==(const Group&) const = default;
};

// Whether it is a Microsoft 365 group, as Graph tells by groupTypes.
inline bool is_unified(const Group& group) {
    return std::ranges::find(group.group_types, "Unified") != group.group_types.end();
}

// The visibility of a group whose members are shown to its members only.
inline constexpr std::string_view kHiddenMembership = "HiddenMembership";

}  // namespace cameo::directory
