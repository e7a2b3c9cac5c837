#include "access/claims.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "access/jwt.h"

namespace cameo::access {
namespace {

using Words = std::vector<std::string>;

boost::json::object claims(std::string_view text) {
    auto parsed = parse_strict_json(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(boost::json::object{});
}

bool app_only(std::string_view text) { return is_app_only(claims(text), {}); }

TEST(StrictJson, AcceptsOneObjectWithUniqueNames) {
    EXPECT_TRUE(parse_strict_json(R"({"a":{"a":1},"b":[{"a":1},{"a":2}],"c":"\"a\":1,\\"})"));
    for (const auto* text : {R"({"a":1,"a":1})", R"({"x":{"a":1,"b":2,"a":3}})",
                             R"({"x":[{"a":1,"a":2}]})", R"({"sub":"u","\u0073ub":"admin"})", "[]",
                             "", "{}x", "{} {}", R"({"a":})", "{\"a\":\"\xff\"}"})
        EXPECT_FALSE(parse_strict_json(text)) << text;
    EXPECT_FALSE(parse_strict_json(std::string(5000, '[') + std::string(5000, ']')));
}

TEST(Claims, AreFoundByNameAndByPath) {
    const auto found = claims(R"({
        "scp": "User.Read  Group.Read.All", "roles": ["a", 1, "b c"], "number": 7,
        "realm_access": {"roles": ["x"]}, "resource_access": {"my.app": {"roles": ["y"]}},
        "https://example.org/roles": ["z"]})");
    EXPECT_EQ(words_at(found, "scp"), (Words{"User.Read", "Group.Read.All"}));
    EXPECT_EQ(words_at(found, "roles"), (Words{"a", "b c"}));
    EXPECT_EQ(words_at(found, "realm_access.roles"), Words{"x"});
    EXPECT_EQ(words_at(found, "resource_access.my.app.roles"), Words{"y"});
    EXPECT_EQ(words_at(found, "https://example.org/roles"), Words{"z"});
    for (const auto* path : {"", ".", "roles.x", "number", "realm_access", "nothing", "scp."})
        EXPECT_EQ(words_at(found, path), Words{}) << path;
}

TEST(AppOnly, EntrasIdtypIsApp) {
    EXPECT_TRUE(app_only(R"({"idtyp":"app","sub":"s"})"));
    EXPECT_FALSE(app_only(R"({"idtyp":"user","sub":"s","azp":"s"})"));
    EXPECT_FALSE(app_only(R"({"idtyp":7,"sub":"s","azp":"s"})"));
}

TEST(AppOnly, EntraWithoutIdtypHasEqualSubAndOid) {
    EXPECT_TRUE(app_only(R"({"oid":"o","sub":"o","azp":"a","roles":["User.Read.All"]})"));
    EXPECT_FALSE(app_only(R"({"oid":"o","sub":"pairwise","azp":"a","roles":["User.Read.All"]})"));
    EXPECT_FALSE(app_only(R"({"oid":"o","sub":"o","azp":"a","scp":""})"));
    EXPECT_FALSE(app_only(R"({"oid":"o","sub":"o","azp":"a","preferred_username":"ada@x"})"));
    EXPECT_FALSE(app_only(R"({"oid":"","sub":"","azp":""})"));
}

TEST(AppOnly, TheSubjectIsTheClientItself) {
    EXPECT_TRUE(app_only(R"({"sub":"sync","client_id":"sync","scope":"x"})"));
    EXPECT_TRUE(app_only(R"({"sub":"sync","cid":"sync","scp":["x"]})"));
    EXPECT_FALSE(app_only(R"({"sub":"ada","client_id":"sync","scope":"x"})"));
}

TEST(AppOnly, AServiceAccountOfKeycloak) {
    EXPECT_TRUE(app_only(
        R"({"sub":"u","azp":"Sync","client_id":"Sync","scope":"email profile",
            "preferred_username":"service-account-sync"})"));
    EXPECT_FALSE(app_only(
        R"({"sub":"u","azp":"Sync","scope":"email","preferred_username":"service-account-sync"})"))
        << "a person who chose that name";
    EXPECT_FALSE(app_only(R"({"sub":"u","azp":"Sync","client_id":"Sync",
                              "preferred_username":"ada"})"));
}

TEST(AppOnly, ATokenOfAPersonWithoutScopesIsNotAnApps) {
    EXPECT_FALSE(app_only(R"({"sub":"u","azp":"a","roles":["User.ReadWrite.All"]})"));
    EXPECT_FALSE(app_only(R"({"roles":["User.ReadWrite.All"]})"));
}

TEST(Audience, GraphsOwnIsNeverAccepted) {
    for (const auto* audience :
         {"https://graph.microsoft.com", "https://graph.microsoft.com/",
          "HTTPS://Graph.Microsoft.com", "00000003-0000-0000-c000-000000000000",
          "00000003-0000-0000-C000-000000000000/graph.microsoft.com@x",
          "00000002-0000-0000-c000-000000000000", "https://graph.windows.net/",
          "https://graph.microsoft.us", "https://dod-graph.microsoft.us",
          "https://microsoftgraph.chinacloudapi.cn", "https://graph.microsoft.com:443"})
        EXPECT_TRUE(is_graphs_audience(audience)) << audience;
    for (const auto* audience : {"", "api://cameo", "https://graph.microsoft.com.example.org",
                                 "api://graph", "11111111-0000-0000-c000-000000000000"})
        EXPECT_FALSE(is_graphs_audience(audience)) << audience;
}

TEST(IssuerSettings, TheErrorNamesTheReason) {
    const IssuerSettings good{.discovery = "https://i.example/.well-known/openid-configuration",
                              .audiences = {"a"},
                              .tenant = "t"};
    EXPECT_TRUE(check(good));
    auto bad = good;
    bad.discovery = "http://i.example/x";
    EXPECT_FALSE(check(bad));
    bad = good;
    bad.audiences = {};
    EXPECT_FALSE(check(bad));
    bad.audiences = {"a", "https://graph.microsoft.com"};
    EXPECT_FALSE(check(bad));
    bad = good;
    bad.tenant_claim = "tid";
    EXPECT_FALSE(check(bad)) << "both";
    bad.tenant_claim = bad.tenant = "";
    EXPECT_FALSE(check(bad)) << "neither";
    bad = good;
    bad.algorithms = {};
    EXPECT_FALSE(check(bad));
}

}  // namespace
}  // namespace cameo::access
