#include "access/permissions.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "access/principal.h"

namespace cameo::access {
namespace {

using enum Reach;

// A second copy of the contract's rows for users and their photos, written as a reader would check
// it.
struct Expected {
    std::string_view permission;
    Subject subject;
    Operation operation;
    Reach work, personal, application;
};

constexpr auto kPhoto = Subject::user_photo;
constexpr auto kUser = Subject::user;
constexpr auto kBytes = Operation::read_bytes;
constexpr auto kMeta = Operation::read;
constexpr auto kWrite = Operation::write;

constexpr std::array kExpected{
    Expected{"ProfilePhoto.Read.All", kPhoto, kBytes, all, none, all},
    Expected{"ProfilePhoto.Read.All", kPhoto, kMeta, all, none, all},
    Expected{"ProfilePhoto.Read.All", kPhoto, kWrite, none, none, none},
    Expected{"ProfilePhoto.ReadWrite.All", kPhoto, kBytes, all, none, all},
    Expected{"ProfilePhoto.ReadWrite.All", kPhoto, kWrite, all, none, all},
    Expected{"User.Read", kPhoto, kBytes, own, own, none},
    Expected{"User.Read", kPhoto, kMeta, own, none, none},
    Expected{"User.Read", kPhoto, kWrite, none, none, none},
    Expected{"User.ReadBasic.All", kPhoto, kBytes, all, none, all},
    Expected{"User.ReadBasic.All", kPhoto, kWrite, none, none, none},
    Expected{"User.Read.All", kPhoto, kBytes, all, none, all},
    Expected{"User.Read.All", kPhoto, kWrite, none, none, none},
    Expected{"User.ReadWrite", kPhoto, kBytes, own, own, none},
    Expected{"User.ReadWrite", kPhoto, kMeta, own, none, none},
    Expected{"User.ReadWrite", kPhoto, kWrite, own, own, none},
    Expected{"User.ReadWrite.All", kPhoto, kBytes, all, none, all},
    Expected{"User.ReadWrite.All", kPhoto, kWrite, all, none, all},
    Expected{"Directory.Read.All", kPhoto, kBytes, none, none, none},
    Expected{"Directory.ReadWrite.All", kPhoto, kWrite, none, none, none},
    Expected{"ProfilePhoto.Read.All", kUser, kMeta, none, none, none},
    Expected{"User.Read", kUser, kMeta, own, own, none},
    Expected{"User.ReadWrite", kUser, kMeta, own, own, none},
    Expected{"User.ReadBasic.All", kUser, kMeta, all, own, all},
    Expected{"User.Read.All", kUser, kMeta, all, own, all},
    Expected{"Directory.Read.All", kUser, kMeta, all, own, all},
    Expected{"User.ReadWrite", kUser, kWrite, none, none, none},
    Expected{"User.ReadWrite.All", kUser, kWrite, all, none, all},
    Expected{"Directory.ReadWrite.All", kUser, kWrite, all, none, all},
    Expected{"Mail.Read", kPhoto, kBytes, none, none, none},
    Expected{"user.read.all", kPhoto, kBytes, none, none, none},
};

TEST(Permissions, TheTableIsMicrosofts) {
    for (const auto& row : kExpected) {
        const auto set = permissions_from(row.permission);
        const auto reach = [&](TokenKind kind) {
            return reach_of(set, kind, row.subject, row.operation);
        };
        EXPECT_EQ(reach(TokenKind::work), row.work) << row.permission;
        EXPECT_EQ(reach(TokenKind::personal), row.personal) << row.permission;
        EXPECT_EQ(reach(TokenKind::application), row.application) << row.permission;
    }
}

TEST(Permissions, SeveralGiveTheFarthestReach) {
    const auto set = permissions_from("User.Read ProfilePhoto.Read.All openid");
    EXPECT_EQ(reach_of(set, TokenKind::work, kPhoto, kBytes), all);
    EXPECT_EQ(reach_of(0, TokenKind::work, kPhoto, kBytes), none);
}

Principal person(std::string_view scopes, bool manages_users = false) {
    return {.tenant = "t",
            .user_id = "u",
            .permissions = permissions_from(scopes),
            .manages_users = manages_users};
}

TEST(Decide, AWriteToOthersNeedsADirectoryRole) {
    EXPECT_EQ(decide(person("User.ReadWrite.All"), kPhoto, kWrite), own);
    EXPECT_EQ(decide(person("User.ReadWrite.All", true), kPhoto, kWrite), all);
    EXPECT_EQ(decide(person("ProfilePhoto.ReadWrite.All"), kPhoto, kWrite), own);
    EXPECT_EQ(decide(person("User.ReadWrite.All"), kUser, kWrite), none);
    EXPECT_EQ(decide(person("User.ReadWrite.All", true), kUser, kWrite), all);
}

TEST(Decide, ARoleGivesNothingWithoutAPermission) {
    EXPECT_EQ(decide(person("", true), kPhoto, kWrite), none);
    EXPECT_EQ(decide(person("User.ReadWrite", true), kPhoto, kWrite), own);
}

TEST(Decide, AnAppNeedsNoRole) {
    const Principal app{
        .tenant = "t", .app = "sync", .permissions = permissions_from("User.ReadWrite.All")};
    EXPECT_EQ(decide(app, kPhoto, kWrite), all);
}

TEST(Decide, APersonalAccountReadsItsOwnBytesButNoMetadata) {
    auto personal = person("User.Read");
    personal.tenant_kind = directory::TenantKind::personal;
    EXPECT_EQ(decide(personal, kPhoto, kBytes), own);
    EXPECT_EQ(decide(personal, kPhoto, kMeta), none);
}

TEST(DirectoryRoles, TheThreeThatManageUsersAreKnownByNameAndId) {
    for (const auto* name : {"User Administrator", "global administrator", "People Administrator"})
        EXPECT_TRUE(is_user_managing_role(directory_role_id(name))) << name;
    EXPECT_EQ(directory_role_id("Helpdesk Administrator"), "");
    EXPECT_FALSE(is_user_managing_role(""));
}

}  // namespace
}  // namespace cameo::access
