#include "access/token.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "base/base64url.h"
#include "base/bytes.h"
#include "base/ids.h"

namespace cameo::access {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;

// Making a key takes a while, so all tests share one.
const SigningKey& key() {
    static const SigningKey kMade = [] {
        const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".pem");
        auto created = SigningKey::create(file);
        std::filesystem::remove(file);
        return std::move(*created);
    }();
    return kMade;
}

const Instant kNow{std::chrono::milliseconds(1'800'000'000'000)};

Claims person() {
    return {.tenant = "t",
            .user = "u",
            .app = "test",
            .user_principal_name = "u@x.example",
            .scopes = "User.Read",
            .expires = kNow + hours(1)};
}

// A token with any header and payload, signed by the key.
std::string forge(const std::string& header, const std::string& payload) {
    const auto text = to_base64url(as_bytes(header)) + '.' + to_base64url(as_bytes(payload));
    return text + '.' + to_base64url(as_bytes(*key().sign(text)));
}

std::string good_header() { return R"({"alg":"RS256","kid":")" + key().id() + R"("})"; }
std::string good_payload() {
    return R"({"iss":"urn:cameo:builtin","aud":"urn:cameo","exp":1800003600,"tid":"t","oid":"u"})";
}

void expect_refused(const std::string& token, const std::string& said) {
    const auto claims = verify_token(key(), token, kNow);
    ASSERT_FALSE(claims) << token;
    EXPECT_EQ(claims.error().fault, Fault::unauthenticated);
    EXPECT_THAT(claims.error().detail, HasSubstr(said));
}

TEST(Token, WhatIsIssuedIsVerified) {
    const auto claims = verify_token(key(), *issue_token(key(), person(), kNow), kNow);
    ASSERT_TRUE(claims) << claims.error().detail;
    EXPECT_EQ(claims->tenant, "t");
    EXPECT_EQ(claims->user, "u");
    EXPECT_EQ(claims->scopes, "User.Read");
    EXPECT_FALSE(claims->app_only);
    EXPECT_EQ(claims->expires, kNow + hours(1));
}

TEST(Token, AnAppsTokenHasRolesAndNoScopes) {
    Claims app{.tenant = "t",
               .app = "sync",
               .scopes = "User.Read",
               .roles = {"User.Read.All"},
               .app_only = true,
               .expires = kNow + hours(1)};
    const auto claims = verify_token(key(), *issue_token(key(), app, kNow), kNow);
    ASSERT_TRUE(claims);
    EXPECT_TRUE(claims->app_only);
    EXPECT_EQ(claims->roles, std::vector<std::string>{"User.Read.All"});
    EXPECT_EQ(claims->scopes, "");
}

TEST(Token, TheForgingHelperMakesAGoodToken) {
    EXPECT_TRUE(verify_token(key(), forge(good_header(), good_payload()), kNow));
}

TEST(Token, ExpiresAtItsExpiryWithFiveMinutesForgiven) {
    const auto token = *issue_token(key(), person(), kNow);
    EXPECT_TRUE(verify_token(key(), token, kNow + hours(1) + minutes(4)));
    const auto late = verify_token(key(), token, kNow + hours(1) + minutes(5));
    ASSERT_FALSE(late);
    EXPECT_THAT(late.error().detail, HasSubstr("expired"));
}

TEST(Token, IsNotValidBeforeItsTimeWithFiveMinutesForgiven) {
    const auto token = *issue_token(key(), person(), kNow);
    EXPECT_TRUE(verify_token(key(), token, kNow - minutes(5)));
    EXPECT_FALSE(verify_token(key(), token, kNow - minutes(6)));
}

TEST(Token, AForeignAlgorithmIsRefused) {
    for (const auto* algorithm : {"none", "HS256", "RS512", "rs256", ""})
        expect_refused(
            forge(R"({"alg":")" + std::string(algorithm) + R"(","kid":")" + key().id() + R"("})",
                  good_payload()),
            "algorithm");
}

TEST(Token, AnotherKeyIsRefused) {
    expect_refused(forge(R"({"alg":"RS256","kid":"x"})", good_payload()), "key");
    expect_refused(forge(R"({"alg":"RS256"})", good_payload()), "key");
}

TEST(Token, ACriticalExtensionIsRefused) {
    expect_refused(
        forge(R"({"alg":"RS256","crit":["b64"],"kid":")" + key().id() + R"("})", good_payload()),
        "critical");
}

TEST(Token, ATamperedPayloadIsRefused) {
    const auto good = forge(good_header(), good_payload());
    const auto other = forge(good_header(), R"({"oid":"admin"})");
    const auto dot = good.find('.');
    const auto swapped = good.substr(0, dot) + other.substr(dot, other.rfind('.') - dot) +
                         good.substr(good.rfind('.'));
    expect_refused(swapped, "signature");
}

TEST(Token, AnotherIssuerOrAudienceIsRefused) {
    expect_refused(forge(good_header(), R"({"iss":"x","aud":"urn:cameo","exp":1800003600})"),
                   "issuer");
    expect_refused(
        forge(
            good_header(),
            R"({"iss":"urn:cameo:builtin","aud":"https://graph.microsoft.com","exp":1800003600})"),
        "audience");
}

TEST(Token, WithoutAnExpiryOrWithANonsensicalOneItIsRefused) {
    for (const auto* expiry : {"", R"(,"exp":"soon")", R"(,"exp":1e300)", R"(,"exp":null)"})
        expect_refused(forge(good_header(), R"({"iss":"urn:cameo:builtin","aud":"urn:cameo")" +
                                                std::string(expiry) + "}"),
                       "expiry");
}

TEST(Token, WhatIsNoTokenIsMalformed) {
    for (const auto* text : {"", "x", "a.b", "a.b.c.d", "..", "a.b.c", "e30.e30.", "W10.W10.AA"})
        expect_refused(text, "");
    expect_refused(std::string(kMaxTokenBytes + 1, 'a'), "too long");
}

TEST(SigningKey, IsTheSameAfterARestart) {
    const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".pem");
    const auto made = SigningKey::create(file);
    ASSERT_TRUE(made);
    const auto loaded = SigningKey::load(file);
    ASSERT_TRUE(loaded) << loaded.error().detail;
    EXPECT_EQ(loaded->id(), made->id());
    EXPECT_TRUE(loaded->verify("text", *made->sign("text")));
    EXPECT_FALSE(loaded->verify("texts", *made->sign("text")));
    std::filesystem::permissions(file, std::filesystem::perms(0644));
    const auto open_to_all = SigningKey::load(file);
    ASSERT_FALSE(open_to_all);
    EXPECT_THAT(open_to_all.error().detail, HasSubstr("chmod 600"));
    std::filesystem::remove(file);
}

TEST(SigningKey, AMissingOrForeignFileIsRefused) {
    EXPECT_FALSE(SigningKey::load("/nonexistent/key.pem"));
    EXPECT_FALSE(SigningKey::load("/dev/null"));
}

}  // namespace
}  // namespace cameo::access
