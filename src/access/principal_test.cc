#include "access/principal.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "access/published_permissions.h"

namespace cameo::access {
namespace {

using directory::TenantKind;

enum class Role : std::uint8_t { none, photos, users, groups, teams };

struct Caller {
    TenantKind tenant = TenantKind::work;
    bool app = false;
    Role role = Role::none;
};

Principal principal_of(const Caller& caller, std::string_view permissions) {
    return {.tenant = "t",
            .tenant_kind = caller.tenant,
            .user_id = caller.app ? "" : "u",
            .app = "a",
            .permissions = permissions_from(permissions),
            .manages_users = caller.role == Role::users,
            .manages_photos = caller.role == Role::photos,
            .manages_groups = caller.role == Role::groups,
            .manages_teams = caller.role == Role::teams};
}

// The rules beside the table, as docs/access.md says them.
bool may(const PublishedPermissions& published, const Caller& caller, std::string_view permission,
         const Ask& ask, const Owner& owner) {
    const bool write = ask.method != "GET" && ask.method != "BYTES";
    const bool user_photo = ask.subject == Subject::user_photo;
    if (write && user_photo && caller.tenant == TenantKind::b2c) return false;
    auto kind = caller.tenant == TenantKind::personal ? TokenKind::personal : TokenKind::work;
    if (caller.app) kind = TokenKind::application;
    if (!published.counts(ask, owner.version, kind, permission)) return false;
    if (caller.app)
        return ask.operation != Operation::read || ask.subject != Subject::user ||
               !published.is_basic_only(permission);
    if (write && ask.subject == Subject::user && caller.role != Role::users) return false;
    if (write && user_photo && !owner.own && caller.role != Role::users &&
        caller.role != Role::photos)
        return false;
    const bool contacts = ask.subject == Subject::contact || ask.subject == Subject::contact_photo;
    const bool of_group = ask.subject != Subject::user && !user_photo && !contacts;
    const bool by_role =
        caller.role == Role::groups || (caller.role == Role::teams && owner.is_team);
    if (write && of_group && ask.operation != Operation::create && !owner.own && !by_role)
        return false;
    const bool limited = ask.operation == Operation::read && ask.subject == Subject::user &&
                         published.is_basic_only(permission);
    return owner.own || (permission.ends_with(".All") && !limited) ||
           ask.subject == Subject::hidden_member;
}

std::vector<Caller> all_callers() {
    std::vector<Caller> callers;
    for (const auto tenant : {TenantKind::work, TenantKind::personal, TenantKind::b2c})
        for (const bool app : {false, true})
            for (const auto role :
                 {Role::none, Role::photos, Role::users, Role::groups, Role::teams})
                callers.push_back({tenant, app, role});
    return callers;
}

std::vector<Owner> all_owners(Subject subject) {
    std::vector<Owner> owners;
    for (const bool own : {true, false})
        for (const bool is_team : {true, false})
            for (const auto version : {Version::v1, Version::beta})
                owners.push_back({subject, own, is_team, version});
    return owners;
}

class Decide : public testing::Test {
  protected:
    void check(const Caller& caller, std::string_view permission, const Ask& ask) {
        const auto principal = principal_of(caller, permission);
        for (const auto& owner : all_owners(ask.subject)) {
            ++cases_;
            EXPECT_EQ(decide(principal, ask.operation, owner),
                      may(published_, caller, permission, ask, owner))
                << permission << " subject " << int(ask.subject) << ' ' << ask.method
                << (owner.own ? " own" : " other's") << (owner.is_team ? " team" : "") << " tenant "
                << int(caller.tenant) << " app " << caller.app << " role " << int(caller.role)
                << " version " << int(owner.version);
        }
    }

    const PublishedPermissions published_;
    std::size_t cases_ = 0;
};

TEST_F(Decide, EveryCaseIsAsPublished) {
    auto names = published_.names();
    names.insert({"", "openid", "Mail.Read", "user.read"});
    for (const auto& caller : all_callers())
        for (const auto& ask : all_asks())
            for (const auto& name : names) check(caller, name, ask);
    EXPECT_GT(cases_, 50'000U);
}

Principal person(std::string_view scopes, Role role = Role::none) {
    return principal_of({.role = role}, scopes);
}

constexpr Owner kOwnPhoto{.subject = Subject::user_photo, .own = true};
constexpr Owner kOthersPhoto{.subject = Subject::user_photo, .own = false};
constexpr Owner kOther{.subject = Subject::user, .own = false};

TEST_F(Decide, AWriteToAnothersPhotoNeedsADirectoryRole) {
    for (const auto* scope : {"User.ReadWrite.All", "ProfilePhoto.ReadWrite.All"}) {
        EXPECT_TRUE(decide(person(scope), Operation::write, kOwnPhoto));
        EXPECT_FALSE(decide(person(scope), Operation::write, kOthersPhoto));
        EXPECT_TRUE(decide(person(scope, Role::users), Operation::write, kOthersPhoto));
        EXPECT_TRUE(decide(person(scope, Role::photos), Operation::write, kOthersPhoto));
    }
}

TEST_F(Decide, ARoleForPhotosOpensNoEntries) {
    EXPECT_FALSE(decide(person("User.ReadWrite.All", Role::photos), Operation::write, kOther));
    EXPECT_TRUE(decide(person("User.ReadWrite.All", Role::users), Operation::write, kOther));
}

TEST_F(Decide, AWriteOfAGroupNeedsOwnershipOrADirectoryRole) {
    const auto may_write = [](Role role, const Owner& owner) {
        return decide(person("Group.ReadWrite.All", role), Operation::write, owner);
    };
    for (const auto subject :
         {Subject::group, Subject::group_photo, Subject::member, Subject::owner, Subject::team}) {
        const Owner own{.subject = subject, .own = true};
        const Owner group{.subject = subject};
        const Owner team{.subject = subject, .is_team = true};
        for (const auto role : {Role::none, Role::photos, Role::users}) {
            EXPECT_TRUE(may_write(role, own));
            EXPECT_FALSE(may_write(role, group));
            EXPECT_FALSE(may_write(role, team));
        }
        EXPECT_TRUE(may_write(Role::groups, group));
        EXPECT_TRUE(may_write(Role::groups, team));
        EXPECT_FALSE(may_write(Role::teams, group));
        EXPECT_TRUE(may_write(Role::teams, team));
    }
    EXPECT_TRUE(
        decide(person("Group.ReadWrite.All"), Operation::create, {.subject = Subject::group}));
}

TEST_F(Decide, ARoleGivesNothingWithoutAPermission) {
    for (const auto role : {Role::users, Role::photos}) {
        EXPECT_FALSE(decide(person("", role), Operation::write, kOwnPhoto));
        EXPECT_FALSE(decide(person("User.ReadWrite", role), Operation::write, kOthersPhoto));
    }
}

TEST_F(Decide, TwoPermissionsDoNotLendEachOtherTheirReach) {
    const auto both = person("User.ReadWrite ProfilePhoto.Read.All", Role::users);
    EXPECT_TRUE(decide(both, Operation::write, kOwnPhoto));
    EXPECT_TRUE(decide(both, Operation::read_bytes, kOthersPhoto));
    EXPECT_FALSE(decide(both, Operation::write, kOthersPhoto));
}

TEST(HasPhotos, NoUserInAB2cTenantHasOne) {
    for (const auto tenant : {TenantKind::work, TenantKind::personal, TenantKind::b2c})
        for (const bool app : {false, true}) {
            const auto principal = principal_of({.tenant = tenant, .app = app}, "User.Read.All");
            EXPECT_EQ(has_photos(principal, Subject::user_photo), tenant != TenantKind::b2c);
            for (const auto subject :
                 {Subject::group_photo, Subject::team_photo, Subject::contact_photo})
                EXPECT_TRUE(has_photos(principal, subject));
        }
}

TEST(DirectoryRoles, AreKnownByNameAndIdAndReachAsDocumented) {
    const auto reach = [](std::string_view role) {
        const auto by_name = reach_of_role(role);
        const auto by_id = reach_of_role(directory_role_id(role));
        EXPECT_EQ(by_name.users, by_id.users) << role;
        EXPECT_EQ(by_name.groups, by_id.groups) << role;
        EXPECT_EQ(by_name.teams, by_id.teams) << role;
        return std::string(by_name.users ? "users " : "") + (by_name.groups ? "groups " : "") +
               (by_name.teams ? "teams " : "");
    };
    EXPECT_EQ(reach("User Administrator"), "users groups ");
    EXPECT_EQ(reach("global administrator"), "users groups ");
    EXPECT_EQ(reach("People Administrator"), "users ");
    EXPECT_EQ(reach("Groups Administrator"), "groups ");
    EXPECT_EQ(reach("Teams Administrator"), "teams ");
    EXPECT_EQ(reach("Helpdesk Administrator"), "");
    EXPECT_EQ(reach(""), "");
    EXPECT_EQ(directory_role_id("Helpdesk Administrator"), "");
}

}  // namespace
}  // namespace cameo::access
