#include "access/authenticator.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "access/token.h"
#include "base/ids.h"

namespace cameo::access {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;

class AuthenticatorTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".pem");
        key = std::make_unique<SigningKey>(std::move(*SigningKey::create(file)));
        std::filesystem::remove(file);
    }
    static void TearDownTestSuite() { key.reset(); }

    std::string bearer(Claims claims) {
        claims.expires = clock_.now() + minutes(5);
        return "Bearer " + *issue_token(*key, claims, clock_.now());
    }

    void expect_refused(std::string_view authorization, const std::string& said) {
        const auto principal = authenticator_.authenticate(authorization);
        ASSERT_FALSE(principal) << authorization;
        EXPECT_EQ(principal.error().fault, Fault::unauthenticated);
        EXPECT_THAT(principal.error().detail, HasSubstr(said));
    }

    static inline std::unique_ptr<SigningKey> key;
    ManualClock clock_{Instant(std::chrono::milliseconds(1'800'000'000'000))};
    Authenticator authenticator_{*key, {{.id = "t", .name = "default"}}, clock_, 1600};
};

TEST_F(AuthenticatorTest, APersonHasScopesAndNoRoles) {
    const auto principal = authenticator_.authenticate(bearer(
        {.tenant = "t", .user = "ABC", .scopes = "User.Read", .roles = {"User.ReadWrite.All"}}));
    ASSERT_TRUE(principal);
    EXPECT_EQ((*principal)->user_id, "abc");
    EXPECT_FALSE((*principal)->is_app());
    EXPECT_EQ((*principal)->permissions, permissions_from("User.Read"));
}

TEST_F(AuthenticatorTest, AnAppHasRoles) {
    const auto principal = authenticator_.authenticate(
        bearer({.tenant = "t", .app = "sync", .roles = {"User.Read.All"}, .app_only = true}));
    ASSERT_TRUE(principal);
    EXPECT_TRUE((*principal)->is_app());
    EXPECT_EQ((*principal)->permissions, permissions_from("User.Read.All"));
}

TEST_F(AuthenticatorTest, ADirectoryRoleIsSeen) {
    const auto principal = authenticator_.authenticate(
        bearer({.tenant = "t",
                .user = "u",
                .directory_roles = {std::string(directory_role_id("User Administrator"))}}));
    ASSERT_TRUE(principal);
    EXPECT_TRUE((*principal)->manages_users);
    EXPECT_FALSE((*principal)->manages_photos);
}

TEST_F(AuthenticatorTest, AConfiguredRoleIsForPhotosOnly) {
    Authenticator authenticator{
        *key, {{.id = "t", .name = "default"}}, clock_, 1600, {"Photo Editor", "ABC-1"}};
    const auto holder = [&](const std::string& role) {
        return **authenticator.authenticate(
            bearer({.tenant = "t", .user = "u", .directory_roles = {"x", role}}));
    };
    for (const auto* role : {"Photo Editor", "photo editor", "abc-1"}) {
        EXPECT_TRUE(holder(role).manages_photos) << role;
        EXPECT_FALSE(holder(role).manages_users) << role;
    }
    for (const auto* role : {"Photo", "Photo Editors", ""})
        EXPECT_FALSE(holder(role).manages_photos) << role;
}

TEST_F(AuthenticatorTest, IsVerifiedOnceThenRemembered) {
    const auto token = bearer({.tenant = "t", .user = "u"});
    const auto first = authenticator_.authenticate(token);
    const auto second = authenticator_.authenticate(token);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(*first, *second) << "the same object: the second was not verified anew";
}

TEST_F(AuthenticatorTest, ARememberedTokenStillExpires) {
    const auto token = bearer({.tenant = "t", .user = "u"});
    clock_.advance(minutes(9));
    ASSERT_TRUE(authenticator_.authenticate(token)) << "five minutes of skew are forgiven";
    clock_.advance(minutes(1));
    expect_refused(token, "expired");
}

TEST_F(AuthenticatorTest, WithoutATokenItSaysSo) {
    for (const auto* text : {"", "Bearer", "Bearer ", "Basic abc", "Bearerabc"})
        expect_refused(text, "Access token is empty.");
    expect_refused({}, "Access token is empty.");
}

TEST_F(AuthenticatorTest, TheSchemesLetterCaseIsFree) {
    auto token = bearer({.tenant = "t", .user = "u"});
    token.replace(0, 6, "bEARER");
    EXPECT_TRUE(authenticator_.authenticate(token));
}

TEST_F(AuthenticatorTest, AnUnknownTenantIsRefused) {
    expect_refused(bearer({.tenant = "other", .user = "u"}), "tenant");
}

TEST_F(AuthenticatorTest, ATokenForNobodyIsRefused) {
    expect_refused(bearer({.tenant = "t"}), "neither a user nor an app");
}

}  // namespace
}  // namespace cameo::access
