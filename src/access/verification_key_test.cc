#include "access/verification_key.h"

#include <gtest/gtest.h>

#include "access/issuer_document.h"
#include "access/token_testing.h"

namespace cameo::access {
namespace {

using testing::TestKey;

std::shared_ptr<const VerificationKey> public_half(const TestKey& key, std::string_view more = "") {
    auto keys = parse_key_set("{\"keys\":[" + key.jwk(more) + "]}");
    return keys ? keys->front() : nullptr;
}

const TestKey& rsa() {
    static const TestKey kMade = TestKey::rsa("r");
    return kMade;
}

const TestKey& p256() {
    static const TestKey kMade = TestKey::p256("e");
    return kMade;
}

TEST(VerificationKey, EachAlgorithmVerifiesItsOwnSignaturesOnly) {
    const auto rsa_key = public_half(rsa());
    const auto ec_key = public_half(p256());
    EXPECT_TRUE(rsa_key->verify(Algorithm::rs256, "text", rsa().sign("text", "RS256")));
    EXPECT_TRUE(rsa_key->verify(Algorithm::ps256, "text", rsa().sign("text", "PS256")));
    EXPECT_TRUE(ec_key->verify(Algorithm::es256, "text", p256().sign("text", "ES256")));
    EXPECT_FALSE(rsa_key->verify(Algorithm::ps256, "text", rsa().sign("text", "RS256")));
    EXPECT_FALSE(rsa_key->verify(Algorithm::rs256, "text", rsa().sign("text", "PS256")));
    EXPECT_FALSE(rsa_key->verify(Algorithm::rs256, "texts", rsa().sign("text", "RS256")));
    EXPECT_FALSE(ec_key->verify(Algorithm::es256, "texts", p256().sign("text", "ES256")));
    EXPECT_FALSE(
        ec_key->verify(Algorithm::es256, "text", TestKey::p256("e").sign("text", "ES256")));
}

TEST(VerificationKey, AnEs256SignatureIsExactlyTwoNumbers) {
    const auto key = public_half(p256());
    EXPECT_FALSE(key->verify(Algorithm::es256, "text", p256().sign_der("text"))) << "DER";
    EXPECT_FALSE(key->verify(Algorithm::es256, "text", "")) << "empty";
    EXPECT_FALSE(key->verify(Algorithm::es256, "text", std::string(64, '\0'))) << "zeroes";
    EXPECT_FALSE(key->verify(Algorithm::es256, "text", std::string(64, '\xff'))) << "too large";
    EXPECT_FALSE(key->verify(Algorithm::es256, "text", p256().sign("text", "ES256") + "x"));
}

TEST(VerificationKey, AnAlgorithmMustFitTheTypeAndTheAlgOfTheKey) {
    EXPECT_TRUE(public_half(rsa())->fits(Algorithm::rs256));
    EXPECT_TRUE(public_half(rsa())->fits(Algorithm::ps256));
    EXPECT_FALSE(public_half(rsa())->fits(Algorithm::es256));
    EXPECT_FALSE(public_half(p256())->fits(Algorithm::rs256));
    const auto bound = public_half(rsa(), R"(,"alg":"PS256")");
    EXPECT_TRUE(bound->fits(Algorithm::ps256));
    EXPECT_FALSE(bound->fits(Algorithm::rs256));
}

TEST(VerificationKey, AWeakRsaKeyIsRejected) {
    EXPECT_EQ(public_half(TestKey::rsa("weak", 1024)), nullptr);
    EXPECT_EQ(public_half(TestKey::rsa("weak", 2040)), nullptr);
}

TEST(VerificationKey, InvalidNumbersAreRejected) {
    const std::string modulus(256, '\xff');
    EXPECT_FALSE(VerificationKey::rsa({}, modulus, ""));
    EXPECT_FALSE(VerificationKey::rsa({}, modulus, "\x01"));
    EXPECT_FALSE(VerificationKey::rsa({}, modulus, "\x04"));
    EXPECT_FALSE(VerificationKey::rsa({}, std::string(2000, '\xff'), "\x03"));
    EXPECT_FALSE(VerificationKey::p256({}, std::string(32, '\x01'), std::string(32, '\x01')))
        << "not on the curve";
    EXPECT_FALSE(VerificationKey::p256({}, std::string(32, '\0'), std::string(32, '\0')));
    EXPECT_FALSE(VerificationKey::p256({}, std::string(31, '\x01'), std::string(33, '\x01')));
}

TEST(VerificationKey, ARepublishedKeyIsEqual) {
    EXPECT_EQ(*public_half(rsa()), *public_half(rsa()));
    EXPECT_FALSE(*public_half(rsa()) == *public_half(TestKey::rsa("r")));
    EXPECT_FALSE(*public_half(rsa()) == *public_half(rsa(), R"(,"alg":"PS256")"));
    EXPECT_FALSE(*public_half(rsa()) == *public_half(p256()));
}

TEST(Algorithm, OnlyThreeAreSupported) {
    for (const auto* name : {"none", "None", "NONE", "HS256", "HS384", "HS512", "RS512", "rs256",
                             "ES256K", "EdDSA", ""})
        EXPECT_FALSE(algorithm_named(name)) << name;
    EXPECT_EQ(algorithm_named("RS256"), Algorithm::rs256);
    EXPECT_EQ(algorithm_named("PS256"), Algorithm::ps256);
    EXPECT_EQ(algorithm_named("ES256"), Algorithm::es256);
}

}  // namespace
}  // namespace cameo::access
