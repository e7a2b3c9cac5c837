#include "access/issuer_document.h"

#include <gmock/gmock.h>

#include "access/token_testing.h"

namespace cameo::access {
namespace {

using ::testing::HasSubstr;
using testing::TestKey;

std::string reason(std::string_view key_set) {
    const auto keys = parse_key_set(key_set);
    EXPECT_FALSE(keys) << key_set;
    return keys ? "" : keys.error().detail;
}

TEST(Discovery, HoldsTheIssuerAndWhereItsKeysAre) {
    const auto found = parse_discovery(
        R"({"issuer":"https://a.example","jwks_uri":"https://a.example/keys","x":[{"y":1}]})");
    ASSERT_TRUE(found) << found.error().detail;
    EXPECT_EQ(found->issuer, "https://a.example");
    EXPECT_EQ(found->jwks_uri, "https://a.example/keys");
}

TEST(Discovery, WhatIsNoneSaysWhy) {
    for (const auto* text :
         {"", "[]", "<html>", R"({"issuer":"x"})", R"({"jwks_uri":"https://a.example/keys"})",
          R"({"issuer":1,"jwks_uri":"https://a.example/keys"})",
          R"({"issuer":"x","jwks_uri":"http://a.example/keys"})",
          R"({"issuer":"x","jwks_uri":"file:///etc/passwd"})",
          R"({"issuer":"x","issuer":"y","jwks_uri":"https://a.example/keys"})"})
        EXPECT_FALSE(parse_discovery(text)) << text;
}

TEST(KeySet, KeysForOtherPurposesAreLeftOut) {
    const auto rsa = TestKey::rsa("signs");
    const auto keys =
        parse_key_set(R"({"keys":[)" + rsa.jwk(R"(,"use":"sig","alg":"RS256","x5c":["AA=="])") +
                      "," + TestKey::rsa("encrypts").jwk(R"(,"use":"enc")") + "," +
                      TestKey::rsa("oaep").jwk(R"(,"alg":"RSA-OAEP")") + "," +
                      TestKey::rsa("wraps").jwk(R"(,"key_ops":["wrapKey"])") + "," +
                      TestKey::rsa("weak", 1024).jwk() + R"(,{"kty":"oct","kid":"s","k":"AAAA"},)" +
                      R"({"kty":"OKP","crv":"Ed25519","kid":"o","x":"AA"},{},7]})");
    ASSERT_TRUE(keys) << keys.error().detail;
    ASSERT_EQ(keys->size(), 1U);
    EXPECT_EQ(keys->front()->about().id, "signs");
}

TEST(KeySet, WithoutAUsableKeyItSaysWhy) {
    EXPECT_THAT(reason("nonsense"), HasSubstr("not a JSON object"));
    EXPECT_THAT(reason(R"({"keys":{}})"), HasSubstr("list of keys"));
    EXPECT_THAT(reason(R"({"keys":[]})"), HasSubstr("empty"));
    EXPECT_THAT(reason("{\"keys\":[" + TestKey::rsa("w", 1024).jwk() + "]}"), HasSubstr("2048"));
    EXPECT_THAT(reason("{\"keys\":[" + TestKey::p256("").jwk() + "]}"), HasSubstr("kid"));
}

TEST(KeySet, AKeyKeepsWhatItSaysOfItself) {
    const auto keys = parse_key_set(
        "{\"keys\":[" +
        TestKey::p256("k").jwk(R"(,"alg":"ES256","issuer":"https://i/{tenantid}/v2.0")") + "]}");
    ASSERT_TRUE(keys);
    EXPECT_EQ(keys->front()->about().algorithm, Algorithm::es256);
    EXPECT_EQ(keys->front()->about().issuer, "https://i/{tenantid}/v2.0");
}

TEST(Fetchable, IsHttpsAnywhereAndHttpOnThisMachine) {
    for (const auto* url :
         {"https://login.example.org/x", "https://h", "https://10.0.0.1:8443/?a=b",
          "http://127.0.0.1/x", "http://127.9.9.9:8080/", "http://localhost:1/", "http://[::1]:1/x",
          "http://LOCALHOST/x"})
        EXPECT_TRUE(is_fetchable(url)) << url;
    for (const auto* url :
         {"", "https://", "https:///x", "http://login.example.org/", "ftp://127.0.0.1/",
          "http://127.0.0.1.example.org/", "http://127.evil.example.org/", "http://localhost.x/",
          "http://localhost@evil.example.org/", "https://u:p@h/", "http://127.0.0.1\\@evil/",
          "http://[::2]/", "file:///x", "HTTPS://h", "https://h/a b", "https://h/\n", "http://0/",
          "https://h/#x"})
        EXPECT_FALSE(is_fetchable(url)) << url;
}

TEST(IssuerFor, PutsTheTenantIntoItsPlace) {
    EXPECT_EQ(issuer_for("https://l/{tenantid}/v2.0", "t"), "https://l/t/v2.0");
    EXPECT_EQ(issuer_for("https://l/x", "t"), "https://l/x");
}

}  // namespace
}  // namespace cameo::access
