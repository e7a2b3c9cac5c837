#include "access/permissions.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "access/published_permissions_testing.h"

namespace cameo::access {
namespace {

using testing::IsEmpty;

constexpr std::array kKinds{TokenKind::work, TokenKind::personal, TokenKind::application};

// The scope of an allowed permission: in Microsoft's naming, `.All` means the whole organisation
// and other permissions except Member.Read.Hidden and Team.Create mean the signed-in user; an
// application has no signed-in user. Reading another user's whole entry needs more than the basic
// set.
PermissionScope published_reach(const PublishedPermissions& published, const PermissionQuery& query,
                                std::string_view permission, TokenKind kind) {
    const bool limited = published.is_basic_only(permission) && query.resource == Resource::user &&
                         query.operation == Operation::read;
    if (limited)
        return kind == TokenKind::application ? PermissionScope::none : PermissionScope::own;
    if (permission == "Member.Read.Hidden" || permission == "Team.Create")
        return PermissionScope::all;
    const bool all = kind == TokenKind::application || permission.ends_with(".All");
    return all ? PermissionScope::all : PermissionScope::own;
}

class Permissions : public testing::Test {
  protected:
    const PublishedPermissions published_;
};

TEST_F(Permissions, EveryExceptionToThePublishedDataStillApplies) {
    EXPECT_THAT(published_.stale(), IsEmpty());
}

TEST_F(Permissions, TheNamesAreThePublishedOnesOfTheServedParts) {
    for (const auto& name : published_.names())
        EXPECT_EQ(permission_bit(name) == 0, published_.unknown().contains(name)) << name;
}

TEST_F(Permissions, TheTableIsThePublishedOne) {
    auto names = published_.names();
    names.insert({"", "openid", "Mail.Read", "user.read.all", "User.Read.All.x", "XUser.Read.All",
                  "User.Read.Al", "User", "User.*", "*"});
    std::size_t cases = 0;
    for (const auto& query : all_permission_queries())
        for (const auto version : {Version::v1, Version::beta})
            for (const auto kind : kKinds)
                for (const auto& name : names) {
                    const auto expected = published_.counts(query, version, kind, name)
                                              ? published_reach(published_, query, name, kind)
                                              : PermissionScope::none;
                    const auto scope = permission_scope(permissions_from(name), kind,
                                                        query.resource, query.operation, version);
                    EXPECT_EQ(int(scope), int(expected))
                        << name << " subject " << int(query.resource) << ' ' << query.method
                        << " kind " << int(kind) << " version " << int(version);
                    ++cases;
                }
    EXPECT_GT(cases, 10'000U);
}

TEST_F(Permissions, EveryServedOperationHasARow) {
    auto names = published_.names();
    for (const auto& query : all_permission_queries()) {
        const bool has_row = std::ranges::any_of(names, [&](const std::string& name) {
            return published_.counts(query, Version::v1, TokenKind::work, name) ||
                   published_.counts(query, Version::v1, TokenKind::application, name);
        });
        EXPECT_TRUE(has_row) << "subject " << int(query.resource) << ' ' << query.method;
    }
}

TEST_F(Permissions, SeveralGiveTheWidestScope) {
    const auto scope = [](std::string_view names) {
        return permission_scope(permissions_from(names), TokenKind::work, Resource::user_photo,
                                Operation::read_bytes, Version::v1);
    };
    EXPECT_EQ(scope("User.Read ProfilePhoto.Read.All openid"), PermissionScope::all);
    EXPECT_EQ(scope("ProfilePhoto.Read.All User.Read"), PermissionScope::all);
    EXPECT_EQ(scope("Mail.Read  User.Read"), PermissionScope::own);
    EXPECT_EQ(scope(""), PermissionScope::none);
}

TEST_F(Permissions, EachNameHasItsOwnBit) {
    PermissionSet all = 0;
    for (const auto& name : published_.names()) {
        EXPECT_EQ(all & permission_bit(name), 0U) << name;
        all |= permission_bit(name);
    }
}

}  // namespace
}  // namespace cameo::access
