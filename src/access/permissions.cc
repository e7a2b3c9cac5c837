#include "access/permissions.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace cameo::access {
namespace {

using enum Resource;
constexpr auto kNone = PermissionScope::none;
constexpr auto kOwn = PermissionScope::own;
constexpr auto kAll = PermissionScope::all;

// The verb of a row.
enum class Verb : std::uint8_t {
    read,
    read_basic,    // the basic set of properties
    write,         // create, change, remove
    create,        // create only
    create_new,    // create only, and not of a group that exists
    write_in_beta  // as write, where the request came to /beta
};
constexpr auto kRead = Verb::read;
constexpr auto kWrite = Verb::write;

struct Right {
    Resource resource;
    Verb verb;
    std::string_view permission;
    PermissionScope work;         // delegated, work or school account
    PermissionScope personal;     // delegated, personal account
    PermissionScope application;  // the app itself
};

// One row per permission, in the order of Microsoft's tables.
constexpr std::array kRights{
    // subject, verb, permission, work, personal, application
    Right{user_photo, kRead, "ProfilePhoto.Read.All", kAll, kNone, kAll},
    Right{user_photo, kRead, "ProfilePhoto.ReadWrite.All", kAll, kNone, kAll},
    Right{user_photo, kRead, "User.Read", kOwn, kOwn, kNone},
    Right{user_photo, kRead, "User.ReadBasic.All", kAll, kNone, kAll},
    Right{user_photo, kRead, "User.Read.All", kAll, kNone, kAll},
    Right{user_photo, kRead, "User.ReadWrite", kOwn, kOwn, kNone},
    Right{user_photo, kRead, "User.ReadWrite.All", kAll, kNone, kAll},

    Right{user_photo, kWrite, "ProfilePhoto.ReadWrite.All", kAll, kNone, kAll},
    Right{user_photo, kWrite, "User.ReadWrite", kOwn, kOwn, kNone},
    Right{user_photo, kWrite, "User.ReadWrite.All", kAll, kNone, kAll},

    Right{group_photo, kRead, "ProfilePhoto.Read.All", kAll, kNone, kAll},
    Right{group_photo, kRead, "ProfilePhoto.ReadWrite.All", kAll, kNone, kAll},
    Right{group_photo, kRead, "Group.Read.All", kAll, kNone, kAll},
    Right{group_photo, kRead, "Group.ReadWrite.All", kAll, kNone, kAll},

    Right{group_photo, kWrite, "ProfilePhoto.ReadWrite.All", kAll, kNone, kAll},
    Right{group_photo, kWrite, "Group.ReadWrite.All", kAll, kNone, kAll},

    Right{team_photo, kRead, "Team.ReadBasic.All", kAll, kNone, kAll},
    Right{team_photo, kRead, "TeamSettings.Read.All", kAll, kNone, kAll},
    Right{team_photo, kRead, "TeamSettings.ReadWrite.All", kAll, kNone, kAll},
    Right{team_photo, kRead, "Group.Read.All", kAll, kNone, kAll},
    Right{team_photo, kRead, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{team_photo, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{team_photo, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{team_photo, kWrite, "TeamSettings.ReadWrite.All", kAll, kNone, kAll},
    Right{team_photo, Verb::write_in_beta, "Group.ReadWrite.All", kAll, kNone, kAll},

    Right{contact_photo, kRead, "Contacts.Read", kOwn, kOwn, kAll},
    Right{contact_photo, kRead, "Contacts.ReadWrite", kOwn, kOwn, kAll},

    Right{contact_photo, kWrite, "Contacts.ReadWrite", kOwn, kNone, kAll},

    Right{user, kRead, "User.Read", kOwn, kOwn, kNone},
    Right{user, kRead, "User.ReadWrite", kOwn, kOwn, kNone},
    // The basic set of other users, the whole entry of the caller.
    Right{user, kRead, "User.ReadBasic.All", kOwn, kNone, kNone},
    Right{user, Verb::read_basic, "User.ReadBasic.All", kAll, kNone, kAll},
    Right{user, kRead, "User.Read.All", kAll, kNone, kAll},
    Right{user, kRead, "User.ReadWrite.All", kAll, kNone, kAll},
    Right{user, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{user, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{user, kWrite, "User.ReadWrite.All", kAll, kNone, kAll},
    Right{user, kWrite, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{group, kRead, "GroupMember.Read.All", kAll, kNone, kAll},
    Right{group, kRead, "Group.Read.All", kAll, kNone, kAll},
    Right{group, kRead, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{group, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{group, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{group, kWrite, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{group, Verb::create, "Group.Create", kNone, kNone, kAll},
    Right{group, kWrite, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{member, kRead, "GroupMember.Read.All", kAll, kNone, kAll},
    Right{member, kRead, "GroupMember.ReadWrite.All", kAll, kNone, kAll},
    Right{member, kRead, "Group.Read.All", kAll, kNone, kAll},
    Right{member, kRead, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{member, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{member, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{member, kWrite, "GroupMember.ReadWrite.All", kAll, kNone, kAll},
    Right{member, kWrite, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{member, kWrite, "Directory.ReadWrite.All", kAll, kNone, kAll},

    // In addition to a permission for members.
    Right{hidden_member, kRead, "Member.Read.Hidden", kAll, kNone, kAll},

    Right{owner, kRead, "GroupMember.Read.All", kAll, kNone, kAll},
    Right{owner, kRead, "GroupMember.ReadWrite.All", kAll, kNone, kAll},
    Right{owner, kRead, "Group.Read.All", kAll, kNone, kAll},
    Right{owner, kRead, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{owner, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{owner, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{owner, kWrite, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{owner, kWrite, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{team, kRead, "Team.ReadBasic.All", kAll, kNone, kAll},
    Right{team, kRead, "GroupMember.Read.All", kAll, kNone, kAll},
    Right{team, kRead, "Group.Read.All", kAll, kNone, kAll},
    Right{team, kRead, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{team, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{team, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{team, Verb::create, "Team.Create", kAll, kNone, kAll},
    Right{team, kWrite, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{team, Verb::create_new, "Group.Create", kNone, kNone, kAll},
    Right{team, kWrite, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{team_archive, kWrite, "TeamSettings.ReadWrite.All", kAll, kNone, kAll},
    Right{team_archive, kWrite, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{team_archive, kWrite, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{team_member, kRead, "TeamMember.Read.All", kAll, kNone, kAll},
    Right{team_member, kRead, "TeamMember.ReadWrite.All", kAll, kNone, kAll},

    Right{team_member, kWrite, "TeamMember.ReadWrite.All", kAll, kNone, kAll},
    Right{team_member, kWrite, "TeamMember.ReadWriteNonOwnerRole.All", kAll, kNone, kAll},

    Right{team_owner_role, kWrite, "TeamMember.ReadWrite.All", kAll, kNone, kAll},

    Right{contact, kRead, "Contacts.Read", kOwn, kOwn, kAll},
    Right{contact, kRead, "Contacts.ReadWrite", kOwn, kOwn, kAll},

    Right{contact, kWrite, "Contacts.ReadWrite", kOwn, kOwn, kAll},

    Right{member_of, kRead, "User.Read", kOwn, kNone, kNone},
    Right{member_of, kRead, "GroupMember.Read.All", kAll, kNone, kNone},
    Right{member_of, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{member_of, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{transitive_member_of, kRead, "User.Read", kOwn, kNone, kNone},
    Right{transitive_member_of, kRead, "User.Read.All", kAll, kNone, kAll},
    Right{transitive_member_of, kRead, "GroupMember.Read.All", kAll, kNone, kAll},
    Right{transitive_member_of, kRead, "Group.Read.All", kAll, kNone, kAll},
    Right{transitive_member_of, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{transitive_member_of, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{manager, kRead, "User.Read.All", kAll, kNone, kAll},
    Right{manager, kRead, "User.ReadWrite.All", kAll, kNone, kAll},
    Right{manager, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{manager, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{manager, kWrite, "User.ReadWrite.All", kAll, kNone, kAll},
    Right{manager, kWrite, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{direct_reports, kRead, "User.Read", kOwn, kNone, kNone},
    Right{direct_reports, kRead, "User.Read.All", kAll, kNone, kAll},
    Right{direct_reports, kRead, "User.ReadWrite.All", kAll, kNone, kAll},
    Right{direct_reports, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{direct_reports, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{people, kRead, "People.Read", kOwn, kOwn, kNone},
    Right{people, kRead, "People.Read.All", kAll, kNone, kAll},

    Right{directory_object, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{directory_object, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{member_groups, kRead, "User.Read.All", kAll, kNone, kAll},
    Right{member_groups, kRead, "User.ReadWrite.All", kAll, kNone, kAll},
    Right{member_groups, kRead, "GroupMember.Read.All", kAll, kNone, kAll},
    Right{member_groups, kRead, "Group.Read.All", kAll, kNone, kAll},
    Right{member_groups, kRead, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{member_groups, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{member_groups, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{member_objects, kRead, "User.Read", kOwn, kNone, kNone},
    Right{member_objects, kRead, "User.Read.All", kAll, kNone, kAll},
    Right{member_objects, kRead, "User.ReadWrite.All", kAll, kNone, kAll},
    Right{member_objects, kRead, "GroupMember.Read.All", kAll, kNone, kAll},
    Right{member_objects, kRead, "Group.Read.All", kAll, kNone, kAll},
    Right{member_objects, kRead, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{member_objects, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{member_objects, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{organization, kRead, "User.Read", kOwn, kNone, kNone},
    Right{organization, kRead, "User.Read.All", kAll, kNone, kAll},
    Right{organization, kRead, "Organization.Read.All", kAll, kNone, kAll},
    Right{organization, kRead, "Organization.ReadWrite.All", kAll, kNone, kAll},
    Right{organization, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{organization, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{domain, kRead, "Domain.Read.All", kAll, kNone, kAll},
    Right{domain, kRead, "Domain.ReadWrite.All", kAll, kNone, kAll},
    Right{domain, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{domain, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{deleted_item, kRead, "User.Read.All", kAll, kNone, kAll},
    Right{deleted_item, kRead, "User.ReadWrite.All", kAll, kNone, kAll},
    Right{deleted_item, kRead, "Group.Read.All", kAll, kNone, kAll},
    Right{deleted_item, kRead, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{deleted_item, kRead, "Directory.Read.All", kAll, kNone, kAll},
    Right{deleted_item, kRead, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{deleted_item, kWrite, "User.ReadWrite.All", kAll, kNone, kAll},
    Right{deleted_item, kWrite, "Group.ReadWrite.All", kAll, kNone, kAll},
    Right{deleted_item, kWrite, "Directory.ReadWrite.All", kAll, kNone, kAll},

    Right{photo_settings, kRead, "PeopleSettings.Read.All", kAll, kNone, kAll},
    Right{photo_settings, kRead, "PeopleSettings.ReadWrite.All", kAll, kNone, kAll},
};

constexpr bool allows(Verb verb, Operation operation, Version version) {
    switch (verb) {
        case Verb::read:
            return operation == Operation::read || operation == Operation::read_bytes ||
                   operation == Operation::read_basic;
        case Verb::read_basic:
            return operation == Operation::read_basic;
        case Verb::write:
            return operation == Operation::write || operation == Operation::create ||
                   operation == Operation::convert;
        case Verb::create:
            return operation == Operation::create || operation == Operation::convert;
        case Verb::create_new:
            return operation == Operation::create;
        case Verb::write_in_beta:
            return operation == Operation::write && version == Version::beta;
    }
    return false;
}

// Each name once, in the table's order: its position is its bit.
struct Names {
    std::array<std::string_view, kRights.size()> name{};
    std::size_t count = 0;
};
constexpr Names kNames = [] {
    Names names;
    for (const Right& right : kRights) {
        const auto end = names.name.begin() + names.count;
        if (std::find(names.name.begin(), end, right.permission) == end)
            names.name[names.count++] = right.permission;
    }
    return names;
}();
static_assert(kNames.count <= 64, "PermissionSet has 64 bits");

constexpr PermissionSet bit_of(std::string_view name) {
    for (std::size_t i = 0; i < kNames.count; ++i)
        if (kNames.name[i] == name) return PermissionSet{1} << i;
    return 0;
}

// The bit of each row's permission, so that a decision compares no names.
constexpr auto kBits = [] {
    std::array<PermissionSet, kRights.size()> bits{};
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = bit_of(kRights[i].permission);
    return bits;
}();

constexpr PermissionScope column(const Right& right, TokenKind kind) {
    switch (kind) {
        case TokenKind::work:
            return right.work;
        case TokenKind::personal:
            return right.personal;
        case TokenKind::application:
            return right.application;
    }
    return PermissionScope::none;
}

}  // namespace

bool is_photo(Resource resource) {
    return resource == user_photo || resource == group_photo || resource == team_photo ||
           resource == contact_photo;
}

PermissionSet permission_bit(std::string_view name) { return bit_of(name); }

PermissionSet permissions_from(std::string_view names) {
    PermissionSet set = 0;
    for (const auto name : split_list(names, ' ')) set |= bit_of(name);
    return set;
}

PermissionScope permission_scope(PermissionSet permissions, TokenKind kind, Resource resource,
                                 Operation operation, Version version) {
    // Personal accounts may read a photo's bytes but not its metadata (docs/access.md, "Tenants").
    if (kind == TokenKind::personal && is_photo(resource) && operation == Operation::read)
        return PermissionScope::none;
    PermissionScope widest = PermissionScope::none;
    for (std::size_t i = 0; i < kRights.size(); ++i) {
        const Right& right = kRights[i];
        if ((permissions & kBits[i]) != 0 && right.resource == resource &&
            allows(right.verb, operation, version))
            widest = std::max(widest, column(right, kind));
    }
    return widest;
}

}  // namespace cameo::access
