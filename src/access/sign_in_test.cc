#include "access/sign_in.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "access/principal.h"
#include "base/encoding.h"
#include "base/ids.h"
#include "store/memory/memory_store.h"

namespace cameo::access {
namespace {

using namespace std::chrono_literals;

SigningKey make_key() {
    const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".pem");
    auto key = SigningKey::create(file);
    std::filesystem::remove(file);
    return *std::move(key);
}

class SignInTest : public testing::Test {
  protected:
    SignInTest() { EXPECT_TRUE(store_.directory().users().add(user_, soon())); }
    static Deadline soon() { return deadline_in(10s); }
    Fault fault_of(std::string_view code) {
        const auto redeemed = sign_in_.redeem(code, soon());
        EXPECT_FALSE(redeemed);
        return redeemed ? Fault::internal : redeemed.error().fault;
    }

    directory::User user_{.tenant = "t",
                          .id = "aaaaaaaa-0000-4000-8000-000000000001",
                          .user_principal_name = "ada@contoso.example",
                          .display_name = "Ada"};
    SignIn::Grant grant_{
        .tenant = "t", .user = user_.id, .scopes = "User.Read", .directory_roles = {"a", "b"}};
    store::memory::MemoryStore store_;
    ManualClock clock_{Instant(1'000'000h)};
    SignIn sign_in_{store_.sign_in_codes(), make_key(), clock_};
};

TEST_F(SignInTest, ACodeHas128BitsAndGivesItsGrantOnce) {
    const auto code = sign_in_.make_code(grant_, soon()).value();
    EXPECT_EQ(from_base64url(code)->size(), 16U);
    EXPECT_NE(code, sign_in_.make_code(grant_, soon()).value());
    const auto grant = sign_in_.redeem(code, soon()).value();
    EXPECT_EQ(grant.user, user_.id);
    EXPECT_EQ(grant.scopes, "User.Read");
    EXPECT_THAT(grant.directory_roles, testing::ElementsAre("a", "b"));
    EXPECT_EQ(fault_of(code), Fault::unauthenticated);
}

TEST_F(SignInTest, ACodeEndsAfterTenMinutesAndOthersNeverExisted) {
    const auto code = sign_in_.make_code(grant_, soon()).value();
    clock_.advance(10min);
    EXPECT_EQ(fault_of(code), Fault::unauthenticated);
    for (const auto& other : {std::string(), std::string("x"), std::string(100'000, 'x')})
        EXPECT_EQ(fault_of(other), Fault::unauthenticated);
}

TEST_F(SignInTest, ATokenIsForTheUserOfThePageAndAnHour) {
    const auto token = sign_in_.issue(grant_, user_).value();
    EXPECT_EQ(token.expires, clock_.now() + 1h);
    const auto payload = token.text.substr(token.text.find('.') + 1);
    const auto claims = *from_base64url(payload.substr(0, payload.find('.')));
    for (const auto* part :
         {R"("appid":"cameo-web")", R"("scp":"User.Read")", R"("wids":["a","b"])",
          R"("upn":"ada@contoso.example")", R"("tid":"t")"})
        EXPECT_THAT(claims, testing::HasSubstr(part));
}

TEST(WebScopes, AreThoseOfOnesOwnPhotoUnlessARoleManagesUsers) {
    EXPECT_EQ(web_scopes({}), "User.ReadWrite User.ReadBasic.All");
    const std::string groups(directory_role_id("Groups Administrator"));
    EXPECT_EQ(web_scopes({groups}), web_scopes({}));
    const std::string users(directory_role_id("User Administrator"));
    EXPECT_THAT(web_scopes({groups, users}), testing::HasSubstr("ProfilePhoto.ReadWrite.All"));
}

}  // namespace
}  // namespace cameo::access
