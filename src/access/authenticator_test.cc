#include "access/authenticator.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>

#include "access/builtin_issuer.h"
#include "access/jwt.h"
#include "access/token_testing.h"
#include "base/ids.h"

// docs/identity.md, "Token validation": each check has a test that fails without it.
namespace cameo::access {
namespace {

using namespace std::chrono_literals;
using std::chrono::minutes;
using ::testing::HasSubstr;
using testing::TestKey;

constexpr std::string_view kIssuer = "https://i.example";
constexpr std::string_view kGood =
    R"("iss":"https://i.example","aud":"api://cameo","exp":1800003600,"sub":"u","scp":"User.Read")";
const Instant kNow{std::chrono::milliseconds(1'800'000'000'000)};

const TestKey& rsa() {
    static const auto kMade = TestKey::rsa("r");
    return kMade;
}
const TestKey& p256() {
    static const auto kMade = TestKey::p256("e");
    return kMade;
}

Issuer issuer_of(IssuerSettings settings, std::string name, std::string_view keys) {
    return {.settings = std::move(settings),
            .keys = std::make_unique<IssuerKeys>(
                IssuerDocument{.issuer = std::move(name), .keys = *parse_key_set(keys)})};
}

IssuerSettings settings() {
    return {.discovery = "https://i.example/.well-known/openid-configuration",
            .audiences = {"api://other", "api://cameo"},
            .tenant = "default"};
}

std::vector<Issuer> just(Issuer issuer) {
    std::vector<Issuer> list;
    list.push_back(std::move(issuer));
    return list;
}

class AuthenticatorTest : public ::testing::Test {
  protected:
    void believe(std::vector<Issuer> issuers) {
        authenticator_ = std::make_unique<Authenticator>(
            std::move(issuers),
            std::vector<directory::Tenant>{{.id = "t", .name = "default"},
                                           {.id = "t2", .name = "second"}},
            clock_, 1600);
    }
    void believe(IssuerSettings with) {
        believe(just(
            issuer_of(std::move(with), std::string(kIssuer), testing::key_set({&rsa(), &p256()}))));
    }

    Result<std::shared_ptr<const Principal>> judge(std::string_view token) {
        return authenticator_->authenticate("Bearer " + std::string(token));
    }
    void expect_refused(std::string_view token, const std::string& said) {
        const auto principal = judge(token);
        ASSERT_FALSE(principal) << token;
        EXPECT_EQ(principal.error().fault, Fault::unauthenticated);
        EXPECT_THAT(principal.error().detail, HasSubstr(said)) << token;
    }
    void expect_header_refused(std::string_view header, const std::string& said) {
        const auto text = testing::unsigned_token(header, fmt::format("{{{}}}", kGood));
        expect_refused(testing::with_signature(text, rsa().sign(text, "RS256")), said);
    }
    void expect_claims_refused(std::string_view claims, const std::string& said) {
        expect_refused(testing::token_of(rsa(), claims), said);
    }
    static std::string good(std::string_view more = "") {
        return testing::token_of(rsa(), fmt::format("{{{}{}}}", kGood, more));
    }

    ManualClock clock_{kNow};
    std::unique_ptr<Authenticator> authenticator_;
};

class Verifying : public AuthenticatorTest {
  protected:
    Verifying() { believe(settings()); }
};

TEST_F(Verifying, AcceptsAValidTokenOfEachAlgorithm) {
    const auto payload = fmt::format("{{{}}}", kGood);
    for (const auto* algorithm : {"RS256", "PS256"})
        EXPECT_TRUE(judge(testing::token_of(rsa(), payload, algorithm))) << algorithm;
    EXPECT_TRUE(judge(testing::token_of(p256(), payload, "ES256")));
}

TEST_F(Verifying, AnAlgorithmThatIsNotListedIsRefused) {
    for (const auto* algorithm : {"none", "None", "HS256", "RS512", "rs256", ""})
        expect_header_refused(fmt::format(R"({{"alg":"{}","kid":"r"}})", algorithm), "algorithm");
    expect_header_refused(R"({"kid":"r"})", "algorithm");
    expect_header_refused(R"({"alg":["RS256"],"kid":"r"})", "algorithm");
}

TEST_F(Verifying, AnUnsignedTokenIsRefused) {
    const auto payload = fmt::format("{{{}}}", kGood);
    expect_refused(testing::unsigned_token(R"({"alg":"none","kid":"r"})", payload) + ".",
                   "algorithm");
    expect_refused(testing::unsigned_token(R"({"alg":"RS256","kid":"r"})", payload) + ".",
                   "signature");
}

TEST_F(Verifying, ThePublicKeyAsASecretIsRefused) {
    const auto text =
        testing::unsigned_token(R"({"alg":"HS256","kid":"r"})", fmt::format("{{{}}}", kGood));
    expect_refused(testing::with_signature(text, testing::hmac_sha256(rsa().pem(), text)),
                   "algorithm");
}

TEST_F(Verifying, AnAlgorithmMustFitItsKey) {
    expect_header_refused(R"({"alg":"ES256","kid":"r"})", "algorithm");
    expect_header_refused(R"({"alg":"RS256","kid":"e"})", "algorithm");
}

TEST_F(Verifying, AnAlgorithmThatIsNotConfiguredIsRefused) {
    auto narrow = settings();
    narrow.algorithms = {Algorithm::es256};
    believe(narrow);
    expect_refused(good(), "algorithm");
    EXPECT_TRUE(judge(testing::token_of(p256(), fmt::format("{{{}}}", kGood), "ES256")));
}

TEST_F(Verifying, ADerSignatureIsRefused) {
    const auto text =
        testing::unsigned_token(R"({"alg":"ES256","kid":"e"})", fmt::format("{{{}}}", kGood));
    expect_refused(testing::with_signature(text, p256().sign_der(text)), "signature");
}

TEST_F(Verifying, AnotherKeysSignatureIsRefused) {
    expect_refused(testing::token_of(TestKey::rsa("r"), fmt::format("{{{}}}", kGood)), "signature");
}

TEST_F(Verifying, AnUnknownOrMissingKeyIdIsRefused) {
    expect_header_refused(R"({"alg":"RS256","kid":"x"})", "key is not known");
    expect_header_refused(R"({"alg":"RS256"})", "no signing key");
    expect_header_refused(R"({"alg":"RS256","kid":""})", "no signing key");
    expect_header_refused(R"({"alg":"RS256","kid":7})", "no signing key");
}

TEST_F(Verifying, AKeyInTheTokenIsIgnored) {
    const auto forger = TestKey::rsa("r");
    for (const auto& member :
         {fmt::format(R"("jwk":{})", forger.jwk()),
          std::string(R"("jku":"https://evil.example/k")"),
          std::string(R"("x5u":"https://evil.example/k")"), std::string(R"("x5c":["AAAA"])")}) {
        const auto text = testing::unsigned_token(
            fmt::format(R"({{"alg":"RS256","kid":"r",{}}})", member), fmt::format("{{{}}}", kGood));
        expect_refused(testing::with_signature(text, forger.sign(text, "RS256")), "signature");
    }
}

TEST_F(Verifying, ACriticalExtensionIsRefused) {
    expect_header_refused(R"({"alg":"RS256","kid":"r","crit":["b64"],"b64":false})", "critical");
    expect_header_refused(R"({"alg":"RS256","kid":"r","crit":[]})", "critical");
}

TEST_F(Verifying, AnotherKindOfTokenIsRefused) {
    for (const auto* type : {R"("logout+jwt")", R"("dpop+jwt")", R"("JOSE")", "7"})
        expect_header_refused(fmt::format(R"({{"alg":"RS256","kid":"r","typ":{}}})", type),
                              "not an access token");
    const auto text = testing::unsigned_token(R"({"alg":"RS256","kid":"r","typ":"at+jwt"})",
                                              fmt::format("{{{}}}", kGood));
    EXPECT_TRUE(judge(testing::with_signature(text, rsa().sign(text, "RS256"))));
}

TEST_F(Verifying, ATamperedPayloadIsRefused) {
    const auto token = good();
    const auto other = testing::token_of(
        rsa(), R"({"iss":"https://i.example","aud":"api://cameo","exp":1800003600,"sub":"admin"})");
    const auto dot = token.find('.');
    expect_refused(token.substr(0, dot) + other.substr(dot, other.rfind('.') - dot) +
                       token.substr(token.rfind('.')),
                   "signature");
}

TEST_F(Verifying, AnotherIssuerIsRefused) {
    for (const auto* issuer : {R"("https://evil.example")", R"("https://i.example/")",
                               R"("HTTPS://I.EXAMPLE")", R"(["https://i.example"])", "null"})
        expect_claims_refused(
            fmt::format(R"({{"iss":{},"aud":"api://cameo","exp":1800003600,"sub":"u"}})", issuer),
            "issuer");
    expect_claims_refused(R"({"aud":"api://cameo","exp":1800003600,"sub":"u"})", "issuer");
}

TEST_F(Verifying, AnotherAudienceIsRefused) {
    const auto with = [](std::string_view audience) {
        return fmt::format(R"({{"iss":"https://i.example","exp":1800003600,"sub":"u"{}}})",
                           audience);
    };
    for (const auto* audience :
         {"", R"(,"aud":"api://cameo/")", R"(,"aud":"API://CAMEO")", R"(,"aud":["x","account"])",
          R"(,"aud":[])", R"(,"aud":{"api://cameo":1})", R"(,"aud":"x api://cameo")",
          R"(,"aud":null)"})
        expect_claims_refused(with(audience), "audience");
    EXPECT_TRUE(judge(testing::token_of(rsa(), with(R"(,"aud":["account","api://cameo"])"))));
}

TEST_F(Verifying, ATokenForGraphItselfIsRefused) {
    auto careless = settings();
    careless.audiences = {"https://graph.microsoft.com", "api://cameo"};
    believe(careless);
    for (const auto* audience :
         {R"("https://graph.microsoft.com")", R"("00000003-0000-0000-c000-000000000000")",
          R"(["api://cameo","https://graph.microsoft.com/"])"})
        expect_claims_refused(
            fmt::format(R"({{"iss":"https://i.example","aud":{},"exp":1800003600,"sub":"u"}})",
                        audience),
            "meant for Microsoft Graph");
}

TEST_F(Verifying, IsRefusedFiveMinutesAfterItsExpiry) {
    const auto token = good();
    clock_.advance(minutes(64));
    EXPECT_TRUE(judge(token));
    clock_.advance(minutes(1));
    expect_refused(token, "expired");
    believe(settings());
    expect_refused(token, "expired");
}

TEST_F(Verifying, IsRefusedWithoutAValidExpiry) {
    for (const auto* expiry :
         {"", R"(,"exp":"1800003600")", R"(,"exp":1e300)", R"(,"exp":null)",
          R"(,"exp":[1800003600])", R"(,"exp":true)", R"(,"exp":99999999999999999999)"})
        expect_claims_refused(
            fmt::format(R"({{"iss":"https://i.example","aud":"api://cameo","sub":"u"{}}})", expiry),
            "expiry");
    expect_claims_refused(R"({"iss":"https://i.example","aud":"api://cameo","sub":"u","exp":-1})",
                          "expired");
    EXPECT_TRUE(judge(testing::token_of(
        rsa(), R"({"iss":"https://i.example","aud":"api://cameo","sub":"u","exp":1800003600.5})")));
}

TEST_F(Verifying, IsRefusedMoreThanFiveMinutesBeforeItsStart) {
    EXPECT_TRUE(judge(good(R"(,"nbf":1800000300)")));
    EXPECT_TRUE(judge(good(R"(,"iat":1800000300)")));
    for (const auto* time : {R"(,"nbf":1800000301)", R"(,"nbf":"soon")", R"(,"nbf":1e300)",
                             R"(,"iat":1800000301)", R"(,"iat":"now")", R"(,"iat":{})"})
        expect_refused(good(time), "not yet valid");
}

TEST_F(Verifying, ARepeatedMemberNameIsRefused) {
    expect_refused(good(R"(,"sub":"admin")"), "malformed");
    expect_refused(good(R"(,"x":{"a":1,"a":2})"), "malformed");
    expect_header_refused(R"({"alg":"RS256","kid":"r","kid":"r"})", "malformed");
}

TEST_F(Verifying, ATokenOfAMegabyteIsRefusedWithoutParsing) {
    expect_refused(good(fmt::format(R"(,"x":"{}")", std::string(1'000'000, 'x'))), "too long");
    expect_refused(std::string(kMaxTokenBytes + 1, 'a'), "too long");
}

TEST_F(Verifying, AMalformedTokenIsRefused) {
    for (const auto* text : {"x", "a.b", "a.b.c.d", "..", "a.b.c", "e30.e30.", "W10.W10.AA",
                             "e30.e30.e30=", "e30 .e30.e30"})
        expect_refused(text, "");
}

TEST_F(Verifying, TheErrorSaysThatThereIsNoToken) {
    for (const auto* text : {"", "Bearer", "Bearer ", "Basic abc", "Bearerabc"}) {
        const auto principal = authenticator_->authenticate(text);
        ASSERT_FALSE(principal);
        EXPECT_EQ(principal.error().detail, "Access token is empty.");
    }
    EXPECT_FALSE(authenticator_->authenticate({}));
}

TEST_F(Verifying, TheSchemeIsCaseInsensitive) {
    EXPECT_TRUE(authenticator_->authenticate("bEARER " + good()));
}

TEST_F(Verifying, APersonHasTheConfiguredClaims) {
    const auto principal = judge(good(
        R"(,"preferred_username":"ada","name":"Ada","email":"a@x","email_verified":true,"azp":"app")"));
    ASSERT_TRUE(principal);
    EXPECT_EQ((*principal)->tenant, "t");
    EXPECT_EQ((*principal)->user_id, "u");
    EXPECT_EQ((*principal)->app, "app");
    EXPECT_EQ((*principal)->permissions, permissions_from("User.Read"));
    ASSERT_TRUE((*principal)->identity);
    EXPECT_EQ((*principal)->identity->issuer, kIssuer);
    EXPECT_EQ((*principal)->identity->subject, "u");
    EXPECT_EQ((*principal)->identity->name, "ada");
    EXPECT_EQ((*principal)->identity->mail, "a@x");
    EXPECT_EQ((*principal)->identity->display_name, "Ada");
    EXPECT_FALSE((*principal)->identity->provision);
}

TEST_F(Verifying, AnUnverifiedAddressIsIgnored) {
    for (const auto* more :
         {R"(,"email":"a@x")", R"(,"email":"a@x","email_verified":false)",
          R"(,"email":"a@x","email_verified":"false")", R"(,"email":"a@x","email_verified":1)"})
        EXPECT_EQ((*judge(good(more)))->identity->mail, "") << more;
    auto by_mail = settings();
    by_mail.name_claim = "email";
    believe(by_mail);
    EXPECT_EQ((*judge(good(R"(,"email":"a@x")")))->identity->name, "");
    EXPECT_EQ((*judge(good(R"(,"email":"a@x","email_verified":true)")))->identity->name, "a@x");
}

TEST_F(Verifying, RolesOfAUserTokenGiveNoPermissions) {
    const auto principal = judge(good(R"(,"roles":["User.ReadWrite.All"])"));
    EXPECT_EQ((*principal)->permissions, permissions_from("User.Read"));
}

TEST_F(Verifying, AnAppHasRolesAndNoScopes) {
    const auto principal =
        judge(good(R"(,"idtyp":"app","appid":"sync","roles":["User.Read.All"])"));
    ASSERT_TRUE(principal);
    EXPECT_TRUE((*principal)->is_app());
    EXPECT_FALSE((*principal)->identity);
    EXPECT_EQ((*principal)->app, "sync");
    EXPECT_EQ((*principal)->permissions, permissions_from("User.Read.All"));
}

TEST_F(Verifying, ADirectoryRoleIsFoundByIdAndByName) {
    const auto id = directory_role_id("User Administrator");
    EXPECT_TRUE((*judge(good(fmt::format(R"(,"wids":["x","{}"])", id))))->manages_users);
    EXPECT_TRUE((*judge(good(R"(,"wids":["People Administrator"])")))->manages_users);
    EXPECT_FALSE(
        (*judge(good(R"(,"wids":["Reader"],"roles":["User Administrator"])")))->manages_users);
    EXPECT_FALSE((*judge(good(fmt::format(R"(,"idtyp":"app","wids":["{}"])", id))))->manages_users);
}

TEST_F(Verifying, ClaimNamesAreConfigurable) {
    auto mine = settings();
    mine.tenant = "";
    mine.tenant_claim = "org.name";
    mine.user_claim = "uid";
    mine.scope_claim = "perm";
    mine.directory_role_claim = "realm_access.roles";
    believe(mine);
    const auto principal =
        judge(good(R"(,"org":{"name":"second"},"uid":"U1","perm":["Group.Read.All"],)"
                   R"("realm_access":{"roles":["Global Administrator"]})"));
    ASSERT_TRUE(principal) << principal.error().detail;
    EXPECT_EQ((*principal)->tenant, "t2");
    EXPECT_EQ((*principal)->user_id, "u1");
    EXPECT_EQ((*principal)->permissions, permissions_from("Group.Read.All"));
    EXPECT_TRUE((*principal)->manages_users);
    expect_refused(good(R"(,"org":{"name":"third"},"uid":"U1")"), "tenant");
    expect_refused(good(R"(,"uid":"U1")"), "tenant");
    expect_refused(good(R"(,"org":{"name":"second"})"), "neither a user nor an app");
}

TEST_F(AuthenticatorTest, EntrasIssuersContainTheTenant) {
    auto entra = settings();
    entra.tenant = "";
    entra.tenant_claim = "tid";
    const auto keys = "{\"keys\":[" + rsa().jwk(R"(,"issuer":"https://l/{tenantid}/v2.0")") + "," +
                      p256().jwk(R"(,"issuer":"https://l/personal/v2.0")") + "]}";
    believe(just(issuer_of(entra, "https://l/{tenantid}/v2.0", keys)));
    const auto payload = [](std::string_view issuer, std::string_view tenant) {
        return fmt::format(
            R"({{"iss":"https://l/{}/v2.0","tid":"{}","aud":"api://cameo","exp":1800003600,)"
            R"("ver":"2.0","oid":"O","sub":"s","scp":"User.Read"}})",
            issuer, tenant);
    };
    const auto principal = judge(testing::token_of(rsa(), payload("t", "t")));
    ASSERT_TRUE(principal) << principal.error().detail;
    EXPECT_EQ((*principal)->tenant, "t");
    EXPECT_EQ((*principal)->user_id, "o");
    expect_refused(testing::token_of(rsa(), payload("t", "t2")), "issuer");
    expect_refused(testing::token_of(rsa(), payload("unknown", "unknown")), "tenant");
    expect_refused(testing::token_of(p256(), payload("t", "t"), "ES256"), "another issuer");
}

TEST_F(AuthenticatorTest, AnIssuerOfManyTenantsNeedsATenantClaim) {
    believe(just(issuer_of(settings(), "https://l/{tenantid}/v2.0", testing::key_set({&rsa()}))));
    expect_refused(
        testing::token_of(rsa(), R"({"iss":"https://l/x/v2.0","tid":"x","aud":"api://cameo",)"
                                 R"("exp":1800003600,"sub":"u"})"),
        "many tenants");
}

TEST_F(AuthenticatorTest, AcceptsTokensOfEntrasVersion1) {
    believe(just(issuer_of(settings(), "https://sts.windows.net/t/", testing::key_set({&rsa()}))));
    const auto principal = judge(testing::token_of(
        rsa(),
        R"({"iss":"https://sts.windows.net/t/","tid":"t","ver":"1.0","aud":"api://cameo",)"
        R"("exp":1800003600,"oid":"o","sub":"s","appid":"a","upn":"ada@x","scp":"User.Read"})"));
    ASSERT_TRUE(principal) << principal.error().detail;
    EXPECT_EQ((*principal)->app, "a");
    EXPECT_EQ((*principal)->identity->name, "ada@x");
}

TEST_F(AuthenticatorTest, AnIssuersKeysVerifyItsOwnTokensOnly) {
    auto other = settings();
    other.discovery = "https://j.example/.well-known/openid-configuration";
    auto issuers = just(issuer_of(settings(), std::string(kIssuer), testing::key_set({&rsa()})));
    issuers.push_back(issuer_of(other, "https://j.example", testing::key_set({&p256()})));
    believe(std::move(issuers));
    const auto payload = fmt::format("{{{}}}", kGood);
    EXPECT_TRUE(judge(testing::token_of(rsa(), payload)));
    expect_refused(testing::token_of(p256(), payload, "ES256"), "key is not known");
}

TEST_F(AuthenticatorTest, OneIssuerMayHaveSeveralAudiencesWithATenantEach) {
    auto other = settings();
    other.audiences = {"api://second"};
    other.tenant = "second";
    auto issuers = just(issuer_of(settings(), std::string(kIssuer), testing::key_set({&rsa()})));
    issuers.push_back(issuer_of(other, std::string(kIssuer), testing::key_set({&rsa()})));
    believe(std::move(issuers));
    EXPECT_EQ((*judge(good()))->tenant, "t");
    EXPECT_EQ((*judge(testing::token_of(
                   rsa(), R"({"iss":"https://i.example","aud":"api://second","exp":1800003600,)"
                          R"("sub":"u"})")))
                  ->tenant,
              "t2");
}

TEST_F(AuthenticatorTest, ATokenWithTheAudiencesOfTwoIssuersIsRefused) {
    auto other = settings();
    other.audiences = {"api://second"};
    other.tenant = "second";
    auto issuers = just(issuer_of(settings(), std::string(kIssuer), testing::key_set({&rsa()})));
    issuers.push_back(issuer_of(other, std::string(kIssuer), testing::key_set({&rsa()})));
    believe(std::move(issuers));
    for (const auto* audiences :
         {R"(["api://cameo","api://second"])", R"(["api://second","x","api://other"])"})
        expect_claims_refused(
            fmt::format(R"({{"iss":"https://i.example","aud":{},"exp":1800003600,"sub":"u"}})",
                        audiences),
            "audiences of two issuers");
    EXPECT_TRUE(judge(testing::token_of(
        rsa(), R"({"iss":"https://i.example","aud":["api://cameo","api://other","x"],)"
               R"("exp":1800003600,"sub":"u"})")))
        << "two of one issuer";
}

class Remembering : public Verifying {};

TEST_F(Remembering, ATokenIsVerifiedOnce) {
    const auto token = good();
    const auto first = judge(token);
    const auto second = judge(token);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(*first, *second) << "the same object: the second was not verified anew";
}

TEST_F(Remembering, AWithdrawnKeyInvalidatesItsCachedTokens) {
    const auto token = good();
    const auto first = judge(token);
    ASSERT_TRUE(first);
    for (const auto& key : authenticator_->issuers().front().keys->current()->keys) key->withdraw();
    const auto second = judge(token);
    EXPECT_TRUE(!second || *second != *first) << "not the one that was remembered";
}

TEST_F(Remembering, ARefusalIsNotCached) {
    const auto token = good(R"(,"nbf":1800000600)");
    expect_refused(token, "not yet valid");
    clock_.advance(minutes(10));
    EXPECT_TRUE(judge(token));
}

// An identity provider that answers after the test releases it.
class Fetching : public AuthenticatorTest {
  protected:
    void SetUp() override {
        Issuer issuer{
            .settings = settings(),
            .keys = std::make_unique<IssuerKeys>(
                settings().discovery,
                [this](const std::string& url, const std::stop_token&) { return get(url); },
                [](const std::string&) {}, IssuerKeys::Timing{.first_retry = 1h})};
        believe(just(std::move(issuer)));
    }
    Result<std::string> get(const std::string& url) {
        if (!answers_) return fail(Fault::busy, "down");
        if (url.ends_with("configuration"))
            return std::string(
                R"({"issuer":"https://i.example","jwks_uri":"https://i.example/k"})");
        return testing::key_set({&rsa()});
    }
    Result<std::shared_ptr<const Principal>> wait_for(std::string_view token) {
        return authenticator_->authenticate("Bearer " + std::string(token),
                                            Wait::until(deadline_in(5s)));
    }

    std::atomic<bool> answers_ = true;
};

TEST_F(Fetching, OnlyAWorkerWaitsForAKeyThatIsNotInMemory) {
    const auto payload = fmt::format("{{{}}}", kGood);
    ASSERT_TRUE(wait_for(good()));
    EXPECT_TRUE(judge(good())) << "from memory";
    const auto forged = testing::token_of(TestKey::rsa("forged"), payload);
    EXPECT_EQ(judge(forged).value(), nullptr) << "its issuer must be asked";
    EXPECT_EQ(wait_for(forged).error().fault, Fault::unauthenticated);
    EXPECT_EQ(judge(forged).error().fault, Fault::unauthenticated) << "not looked for again";
}

class Silent : public Fetching {
  protected:
    Silent() { answers_ = false; }  // before the first request
};

TEST_F(Silent, IsBusyIfTheIssuersKeysWereNeverFetched) {
    auto said = wait_for(good());
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().fault, Fault::busy);
    answers_ = true;
    said = wait_for(good(R"(,"jti":"2")"));
    EXPECT_EQ(said.error().fault, Fault::busy) << "that key was looked for a moment ago";
    expect_refused("e30.e30.", "");
}

class BuiltIn : public AuthenticatorTest {
  protected:
    static void SetUpTestSuite() {
        const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".pem");
        key = std::make_unique<SigningKey>(std::move(*SigningKey::create(file)));
        std::filesystem::remove(file);
    }
    static void TearDownTestSuite() { key.reset(); }
    BuiltIn() { believe(just(builtin_issuer(*key))); }

    static std::string issue(Claims claims) {
        claims.expires = kNow + minutes(5);
        return *issue_token(*key, claims, kNow);
    }

    static inline std::unique_ptr<SigningKey> key;
};

TEST_F(BuiltIn, AcceptsIssuedTokens) {
    const auto principal = judge(issue(
        {.tenant = "t", .user = "ABC", .scopes = "User.Read", .roles = {"User.ReadWrite.All"}}));
    ASSERT_TRUE(principal) << principal.error().detail;
    EXPECT_EQ((*principal)->tenant, "t");
    EXPECT_EQ((*principal)->user_id, "abc");
    EXPECT_FALSE((*principal)->is_app());
    EXPECT_FALSE((*principal)->identity);
    EXPECT_EQ((*principal)->permissions, permissions_from("User.Read"));
    EXPECT_EQ((*principal)->expires, kNow + minutes(10));
}

TEST_F(BuiltIn, AnAppsTokenHasRolesAndNoScopes) {
    const auto principal = judge(issue({.tenant = "t",
                                        .app = "sync",
                                        .scopes = "User.Read",
                                        .roles = {"User.Read.All"},
                                        .app_only = true}));
    ASSERT_TRUE(principal);
    EXPECT_TRUE((*principal)->is_app());
    EXPECT_EQ((*principal)->permissions, permissions_from("User.Read.All"));
}

TEST_F(BuiltIn, ADirectoryRoleIsRecognised) {
    const auto principal =
        judge(issue({.tenant = "t",
                     .user = "u",
                     .directory_roles = {std::string(directory_role_id("User Administrator"))}}));
    ASSERT_TRUE(principal);
    EXPECT_TRUE((*principal)->manages_users);
    EXPECT_FALSE((*principal)->manages_photos);
}

TEST_F(BuiltIn, AConfiguredRoleAllowsOnlyPhotos) {
    Authenticator authenticator{just(builtin_issuer(*key)),
                                {{.id = "t", .name = "default"}},
                                clock_,
                                1600,
                                {"Photo Editor", "ABC-1"}};
    const auto holder = [&](const std::string& role) {
        return **authenticator.authenticate(
            "Bearer " + issue({.tenant = "t", .user = "u", .directory_roles = {"x", role}}));
    };
    for (const auto* role : {"Photo Editor", "photo editor", "abc-1"}) {
        EXPECT_TRUE(holder(role).manages_photos) << role;
        EXPECT_FALSE(holder(role).manages_users) << role;
    }
    for (const auto* role : {"Photo", "Photo Editors", ""})
        EXPECT_FALSE(holder(role).manages_photos) << role;
}

TEST_F(BuiltIn, ATokenWithAnUnknownTenantOrWithoutUserAndAppIsRefused) {
    expect_refused(issue({.tenant = "other", .user = "u"}), "tenant");
    expect_refused(issue({.tenant = "default", .user = "u"}), "tenant");  // a name, not an id
    expect_refused(issue({.tenant = "t"}), "neither a user nor an app");
}

TEST_F(BuiltIn, AnotherServersTokenIsRefused) {
    const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".pem");
    const auto other = SigningKey::create(file);
    std::filesystem::remove(file);
    ASSERT_TRUE(other);
    expect_refused(*issue_token(*other, {.tenant = "t", .user = "u", .expires = kNow + 1h}, kNow),
                   "key is not known");
}

}  // namespace
}  // namespace cameo::access
