#include "access/issuer_settings.h"

#include <gmock/gmock.h>

namespace cameo::access {
namespace {

using ::testing::HasSubstr;

constexpr auto kTenant = "11111111-2222-3333-4444-555555555555";

IssuerSettings at(const std::string& base, const std::string& issuer = "") {
    return {.discovery = base + "/.well-known/openid-configuration",
            .issuer = issuer,
            .audiences = {"api://cameo"},
            .tenant = "default"};
}

IssuerSettings entra(const std::string& rest) {
    return at("https://login.microsoftonline.com/" + rest);
}

// OpenID Connect Discovery 1.0 section 4.3.
TEST(IssuerName, IsTheStartOfTheAddress) {
    IssuerNames names({});
    EXPECT_TRUE(names.accept(at("https://i.example/realms/a"), "https://i.example/realms/a"));
    EXPECT_TRUE(names.accept(at("https://j.example"), "https://j.example/")) << "section 4.1";
    auto with_query = at("https://k.example");
    with_query.discovery += "?p=B2C_1_sign_in";
    EXPECT_TRUE(names.accept(with_query, "https://k.example"));
    for (const auto* other : {"https://i.example/realms/b", "https://i.example",
                              "http://i.example/realms/a", "https://I.example/realms/a",
                              "https://i.example/realms/a//", "https://i.example/realms/a?",
                              "https://i.example:443/realms/a", "", "https://evil.example"}) {
        const auto accepted = names.accept(at("https://i.example/realms/a"), other);
        ASSERT_FALSE(accepted) << other;
        EXPECT_EQ(accepted.error().fault, Fault::malformed);
        EXPECT_THAT(accepted.error().detail, HasSubstr("'https://i.example/realms/a'"));
    }
}

TEST(IssuerName, IsTheConfiguredOne) {
    IssuerNames names({});
    const auto settings = at("http://127.0.0.1:8080/realms/a", "https://login.example/realms/a");
    EXPECT_TRUE(names.accept(settings, "https://login.example/realms/a"));
    EXPECT_FALSE(names.accept(settings, "http://127.0.0.1:8080/realms/a"));
    EXPECT_FALSE(names.accept(settings, "https://login.example/realms/a/")) << "exactly";
}

TEST(IssuerName, EntrasAddressesHaveEntrasNames) {
    const std::string guid = kTenant;
    struct Row {
        std::string address, good, bad;
    };
    for (const auto& row : std::vector<Row>{
             {guid + "/v2.0", "https://login.microsoftonline.com/" + guid + "/v2.0",
              "https://login.microsoftonline.com/{tenantid}/v2.0"},
             {guid, "https://sts.windows.net/" + guid + "/", "https://sts.windows.net/{tenantid}/"},
             {"common/v2.0", "https://login.microsoftonline.com/{tenantid}/v2.0",
              "https://evil.example/{tenantid}/v2.0"},
             {"organizations/v2.0", "https://login.microsoftonline.com/{tenantid}/v2.0",
              "https://login.microsoftonline.com/common/v2.0"},
             {"common", "https://sts.windows.net/{tenantid}/", "https://sts.windows.net/common/"},
             {"consumers/v2.0",
              "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
              "https://login.microsoftonline.com/{tenantid}/v2.0"},
             {"contoso.onmicrosoft.com/v2.0", "https://login.microsoftonline.com/" + guid + "/v2.0",
              "https://login.microsoftonline.com/evil/v2.0"},
             {"contoso.onmicrosoft.com", "https://sts.windows.net/" + guid + "/",
              "https://login.microsoftonline.com/" + guid + "/v2.0"}}) {
        EXPECT_TRUE(IssuerNames({}).accept(entra(row.address), row.good)) << row.address;
        EXPECT_FALSE(IssuerNames({}).accept(entra(row.address), row.bad)) << row.address;
    }
    EXPECT_FALSE(IssuerNames({}).accept(at("https://i.example/common/v2.0"),
                                        "https://i.example/{tenantid}/v2.0"))
        << "a template elsewhere takes the setting";
    EXPECT_TRUE(IssuerNames({}).accept(
        at("https://i.example/common/v2.0", "https://i.example/{tenantid}/v2.0"),
        "https://i.example/{tenantid}/v2.0"));
}

TEST(IssuerName, BelongsToOneAddress) {
    const auto guid = std::string(kTenant);
    const auto first = entra("contoso.onmicrosoft.com/v2.0");
    const auto second = entra("contoso.example/v2.0");
    const auto name = "https://login.microsoftonline.com/" + guid + "/v2.0";
    IssuerNames names({first, second});
    ASSERT_TRUE(names.accept(first, name));
    EXPECT_TRUE(names.accept(first, name)) << "again";
    const auto taken = names.accept(second, name);
    ASSERT_FALSE(taken);
    EXPECT_THAT(taken.error().detail, HasSubstr("already"));
    EXPECT_THAT(taken.error().detail, HasSubstr(first.discovery));

    IssuerNames settled({second, entra(guid + "/v2.0")});
    EXPECT_FALSE(settled.accept(second, name)) << "held before any document came";
    IssuerNames many({second, entra("common/v2.0")});
    EXPECT_FALSE(many.accept(second, name)) << "a token of that tenant has both";
    EXPECT_FALSE(
        IssuerNames({}).accept(at("https://i.example", "urn:cameo:builtin"), "urn:cameo:builtin"));
}

TEST(CheckBeside, ATokenHasExactlyOneIssuer) {
    auto other_audience = at("https://i.example");
    other_audience.audiences = {"api://other"};
    EXPECT_TRUE(check_beside(other_audience, {at("https://i.example")}));
    EXPECT_FALSE(check_beside(at("https://i.example"), {at("https://i.example")}));
    other_audience.user_claim = "employee";
    EXPECT_FALSE(check_beside(other_audience, {at("https://i.example")}));
    EXPECT_FALSE(
        check_beside(at("https://j.example", "https://i.example"), {at("https://i.example")}));
    EXPECT_FALSE(check_beside(entra("common/v2.0"), {entra("organizations/v2.0")}));
    EXPECT_FALSE(check_beside(entra("common/v2.0"), {entra(std::string(kTenant) + "/v2.0")}));
    EXPECT_TRUE(check_beside(entra(kTenant), {entra(std::string(kTenant) + "/v2.0")}))
        << "versions 1 and 2";
    EXPECT_TRUE(check_beside(entra("a.example/v2.0"), {entra("b.example/v2.0")}))
        << "known when their documents are";
}

TEST(CheckIssuer, AnAddressWithoutANameNeedsAConfiguredName) {
    auto settings = at("https://i.example");
    settings.discovery = "https://i.example/discovery";
    EXPECT_FALSE(check(settings));
    settings.issuer = "https://i.example";
    EXPECT_TRUE(check(settings));
    settings.issuer = "urn:cameo:builtin";
    EXPECT_FALSE(check(settings));
}

}  // namespace
}  // namespace cameo::access
