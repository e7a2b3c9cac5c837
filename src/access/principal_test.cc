#include "access/principal.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "access/published_permissions_testing.h"

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

// The rules of docs/access.md that are not in the table.
bool may(const PublishedPermissions& published, const Caller& caller, std::string_view permission,
         const PermissionQuery& query, const AccessRequest& owner) {
    const bool write = query.operation == Operation::write ||
                       query.operation == Operation::create ||
                       query.operation == Operation::convert;
    const bool user_photo = query.resource == Resource::user_photo;
    if (write && user_photo && caller.tenant == TenantKind::b2c) return false;
    auto kind = caller.tenant == TenantKind::personal ? TokenKind::personal : TokenKind::work;
    if (caller.app) kind = TokenKind::application;
    if (!published.counts(query, owner.version, kind, permission)) return false;
    if (caller.app)
        return query.operation != Operation::read || query.resource != Resource::user ||
               !published.is_basic_only(permission);
    const bool of_user = query.resource == Resource::user || query.resource == Resource::manager;
    if (write && of_user && caller.role != Role::users) return false;
    if (write && user_photo && !owner.own && caller.role != Role::users &&
        caller.role != Role::photos)
        return false;
    const bool contacts =
        query.resource == Resource::contact || query.resource == Resource::contact_photo;
    const bool of_group = !of_user && !user_photo && !contacts;
    const bool by_role =
        caller.role == Role::groups || (caller.role == Role::teams && owner.is_team);
    if (write && of_group && query.operation != Operation::create && !owner.own && !by_role)
        return false;
    const bool limited = query.operation == Operation::read && query.resource == Resource::user &&
                         published.is_basic_only(permission);
    return owner.own || (permission.ends_with(".All") && !limited) || permission == "Team.Create" ||
           query.resource == Resource::hidden_member;
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

std::vector<AccessRequest> all_owners(Resource resource) {
    std::vector<AccessRequest> owners;
    for (const bool own : {true, false})
        for (const bool is_team : {true, false})
            for (const auto version : {Version::v1, Version::beta})
                owners.push_back({resource, own, is_team, version});
    return owners;
}

class Decide : public testing::Test {
  protected:
    void check(const Caller& caller, std::string_view permission, const PermissionQuery& query) {
        const auto principal = principal_of(caller, permission);
        for (const auto& owner : all_owners(query.resource)) {
            ++cases_;
            EXPECT_EQ(is_allowed(principal, query.operation, owner),
                      may(published_, caller, permission, query, owner))
                << permission << " subject " << int(query.resource) << ' ' << query.method
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
        for (const auto& query : all_permission_queries())
            for (const auto& name : names) check(caller, name, query);
    EXPECT_GT(cases_, 50'000U);
}

Principal person(std::string_view scopes, Role role = Role::none) {
    return principal_of({.role = role}, scopes);
}

constexpr AccessRequest kOwnPhoto{.resource = Resource::user_photo, .own = true};
constexpr AccessRequest kOthersPhoto{.resource = Resource::user_photo, .own = false};
constexpr AccessRequest kOther{.resource = Resource::user, .own = false};

TEST_F(Decide, AWriteToAnothersPhotoNeedsADirectoryRole) {
    for (const auto* scope : {"User.ReadWrite.All", "ProfilePhoto.ReadWrite.All"}) {
        EXPECT_TRUE(is_allowed(person(scope), Operation::write, kOwnPhoto));
        EXPECT_FALSE(is_allowed(person(scope), Operation::write, kOthersPhoto));
        EXPECT_TRUE(is_allowed(person(scope, Role::users), Operation::write, kOthersPhoto));
        EXPECT_TRUE(is_allowed(person(scope, Role::photos), Operation::write, kOthersPhoto));
    }
}

TEST_F(Decide, ARoleForPhotosDoesNotAllowEntries) {
    EXPECT_FALSE(is_allowed(person("User.ReadWrite.All", Role::photos), Operation::write, kOther));
    EXPECT_TRUE(is_allowed(person("User.ReadWrite.All", Role::users), Operation::write, kOther));
}

TEST_F(Decide, AWriteOfAGroupNeedsOwnershipOrADirectoryRole) {
    const auto may_write = [](Role role, const AccessRequest& owner) {
        return is_allowed(person("Group.ReadWrite.All", role), Operation::write, owner);
    };
    for (const auto resource : {Resource::group, Resource::group_photo, Resource::member,
                                Resource::owner, Resource::team}) {
        const AccessRequest own{.resource = resource, .own = true};
        const AccessRequest group{.resource = resource};
        const AccessRequest team{.resource = resource, .is_team = true};
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
    EXPECT_TRUE(is_allowed(person("Group.ReadWrite.All"), Operation::create,
                           {.resource = Resource::group}));
}

TEST_F(Decide, ARoleHasNoEffectWithoutAPermission) {
    for (const auto role : {Role::users, Role::photos}) {
        EXPECT_FALSE(is_allowed(person("", role), Operation::write, kOwnPhoto));
        EXPECT_FALSE(is_allowed(person("User.ReadWrite", role), Operation::write, kOthersPhoto));
    }
}

TEST_F(Decide, OnePermissionDoesNotWidenTheScopeOfAnother) {
    const auto both = person("User.ReadWrite ProfilePhoto.Read.All", Role::users);
    EXPECT_TRUE(is_allowed(both, Operation::write, kOwnPhoto));
    EXPECT_TRUE(is_allowed(both, Operation::read_bytes, kOthersPhoto));
    EXPECT_FALSE(is_allowed(both, Operation::write, kOthersPhoto));
}

TEST(HasPhotos, NoUserInAB2cTenantHasOne) {
    for (const auto tenant : {TenantKind::work, TenantKind::personal, TenantKind::b2c})
        for (const bool app : {false, true}) {
            const auto principal = principal_of({.tenant = tenant, .app = app}, "User.Read.All");
            EXPECT_EQ(has_photos(principal, Resource::user_photo), tenant != TenantKind::b2c);
            for (const auto resource :
                 {Resource::group_photo, Resource::team_photo, Resource::contact_photo})
                EXPECT_TRUE(has_photos(principal, resource));
        }
}

TEST(DirectoryRoles, AreFoundByNameAndIdAndAllowWhatIsDocumented) {
    const auto scope = [](std::string_view role) {
        const auto by_name = role_scope(role);
        const auto by_id = role_scope(directory_role_id(role));
        EXPECT_EQ(by_name.users, by_id.users) << role;
        EXPECT_EQ(by_name.groups, by_id.groups) << role;
        EXPECT_EQ(by_name.teams, by_id.teams) << role;
        return std::string(by_name.users ? "users " : "") + (by_name.groups ? "groups " : "") +
               (by_name.teams ? "teams " : "");
    };
    EXPECT_EQ(scope("User Administrator"), "users groups ");
    EXPECT_EQ(scope("global administrator"), "users groups ");
    EXPECT_EQ(scope("People Administrator"), "users ");
    EXPECT_EQ(scope("Groups Administrator"), "groups ");
    EXPECT_EQ(scope("Teams Administrator"), "teams ");
    EXPECT_EQ(scope("Helpdesk Administrator"), "");
    EXPECT_EQ(scope(""), "");
    EXPECT_EQ(directory_role_id("Helpdesk Administrator"), "");
}

}  // namespace
}  // namespace cameo::access
