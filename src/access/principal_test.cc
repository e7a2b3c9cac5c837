#include "access/principal.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "access/published_permissions.h"

namespace cameo::access {
namespace {

using directory::TenantKind;

enum class Role : std::uint8_t { none, photos, users };

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
            .manages_photos = caller.role == Role::photos};
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
    if (caller.app) return true;
    if (write && ask.subject == Subject::user && caller.role != Role::users) return false;
    if (write && user_photo && !owner.own && caller.role == Role::none) return false;
    return owner.own || permission.ends_with(".All");
}

std::vector<Caller> all_callers() {
    std::vector<Caller> callers;
    for (const auto tenant : {TenantKind::work, TenantKind::personal, TenantKind::b2c})
        for (const bool app : {false, true})
            for (const auto role : {Role::none, Role::photos, Role::users})
                callers.push_back({tenant, app, role});
    return callers;
}

std::vector<Owner> all_owners(Subject subject) {
    return {{subject, true, Version::v1},
            {subject, false, Version::v1},
            {subject, true, Version::beta},
            {subject, false, Version::beta}};
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
                << (owner.own ? " own" : " other's") << " tenant " << int(caller.tenant) << " app "
                << caller.app << " role " << int(caller.role) << " version " << int(owner.version);
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

TEST(DirectoryRoles, TheThreeThatManageUsersAreKnownByNameAndId) {
    for (const auto* name : {"User Administrator", "global administrator", "People Administrator"})
        EXPECT_TRUE(is_user_managing_role(directory_role_id(name))) << name;
    EXPECT_EQ(directory_role_id("Helpdesk Administrator"), "");
    EXPECT_FALSE(is_user_managing_role(""));
}

}  // namespace
}  // namespace cameo::access
