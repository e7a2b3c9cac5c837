#include "server/development_ca.h"

#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace cameo::server {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const Instant kNow{1'800'000'000s};

template <auto Function>
struct FreeWith {
    template <class T>
    void operator()(T* object) const {
        Function(object);
    }
};

using X509Ptr = std::unique_ptr<X509, FreeWith<&X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<&EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, FreeWith<&BIO_free_all>>;
using StorePtr = std::unique_ptr<X509_STORE, FreeWith<&X509_STORE_free>>;
using CheckPtr = std::unique_ptr<X509_STORE_CTX, FreeWith<&X509_STORE_CTX_free>>;

X509Ptr read(const PemPair& pem) {
    const BioPtr text(
        BIO_new_mem_buf(pem.certificate.data(), static_cast<int>(pem.certificate.size())));
    return X509Ptr(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
}

// The result of a strict client's check of `server` at that time, where it trusts `ca` and connects
// to `host`.
std::string verdict(const PemPair& ca, const PemPair& server, Instant at, const std::string& host) {
    const StorePtr store(X509_STORE_new());
    const auto root = read(ca);
    const auto leaf = read(server);
    X509_STORE_add_cert(store.get(), root.get());
    const CheckPtr check(X509_STORE_CTX_new());
    X509_STORE_CTX_init(check.get(), store.get(), leaf.get(), nullptr);
    auto* rules = X509_STORE_CTX_get0_param(check.get());
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_time(rules, std::chrono::system_clock::to_time_t(at));
    if (X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) != 1)
        X509_VERIFY_PARAM_set1_host(rules, host.c_str(), 0);
    X509_verify_cert(check.get());
    return X509_verify_cert_error_string(X509_STORE_CTX_get_error(check.get()));
}

TEST(DevelopmentCa, SignsForItsNamesForAYear) {
    const auto ca = DevelopmentCa::create({"Faces.Example", "10.0.0.7", "localhost"}, kNow).value();
    EXPECT_THAT(ca.names(),
                ElementsAre("localhost", "127.0.0.1", "::1", "faces.example", "10.0.0.7"));
    const auto server = ca.issue(kNow).value();
    for (const auto* host : {"localhost", "127.0.0.1", "::1", "faces.example", "10.0.0.7"})
        EXPECT_EQ(verdict(ca.pem(), server, kNow, host), "ok") << host;
    EXPECT_EQ(verdict(ca.pem(), server, kNow + 24h * 364, "localhost"), "ok");
    EXPECT_EQ(verdict(ca.pem(), server, kNow + 24h * 366, "localhost"), "certificate has expired");
    EXPECT_EQ(verdict(ca.pem(), server, kNow, "example.org"), "hostname mismatch");
    const auto other = DevelopmentCa::create({}, kNow).value();
    EXPECT_EQ(verdict(other.pem(), server, kNow, "localhost"),
              "unable to get local issuer certificate");
}

TEST(DevelopmentCa, KeepsItsNamesWhenParsed) {
    const auto ca = DevelopmentCa::create({"faces.example", "2001:db8::7"}, kNow).value();
    const auto again = DevelopmentCa::parse(ca.pem()).value();
    EXPECT_EQ(again.names(), ca.names());
    const auto renewed = again.issue(kNow + 24h * 3000).value();
    EXPECT_EQ(verdict(ca.pem(), renewed, kNow + 24h * 3001, "faces.example"), "ok");
    EXPECT_NE(renewed.key, ca.issue(kNow).value().key);
}

// Signs, with the CA's key, for a name that is not its own.
PemPair forged(const PemPair& ca, const PemPair& model, const char* name) {
    auto leaf = read(model);
    const int at = X509_get_ext_by_NID(leaf.get(), NID_subject_alt_name, -1);
    X509_EXTENSION_free(X509_delete_ext(leaf.get(), at));
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, name);
    X509_add_ext(leaf.get(), names, -1);
    X509_EXTENSION_free(names);
    const BioPtr text(BIO_new_mem_buf(ca.key.data(), static_cast<int>(ca.key.size())));
    const KeyPtr key(PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, nullptr));
    X509_sign(leaf.get(), key.get(), EVP_sha256());
    const BioPtr pem(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(pem.get(), leaf.get());
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(pem.get(), &bytes);
    return {std::string(bytes, static_cast<std::size_t>(size)), ""};
}

TEST(DevelopmentCa, IsInvalidForOtherNamesEvenWithItsOwnKey) {
    const auto ca = DevelopmentCa::create({"faces.example"}, kNow).value();
    const auto model = ca.issue(kNow).value();
    EXPECT_EQ(
        verdict(ca.pem(), forged(ca.pem(), model, "DNS:faces.example"), kNow, "faces.example"),
        "ok");
    for (const auto* name : {"DNS:example.org", "IP:10.1.2.3", "IP:2001:db8::1"})
        EXPECT_EQ(verdict(ca.pem(), forged(ca.pem(), model, name), kNow,
                          std::string(name).substr(std::string(name).find(':') + 1)),
                  "permitted subtree violation")
            << name;
}

TEST(DevelopmentCa, AcceptsOnlyNamesAndAddresses) {
    for (const auto* name :
         {"", "a b", "a,DNS:b", "*.faces.example", ".a", "a.", "a..b", "a/b", "::x"})
        EXPECT_EQ(DevelopmentCa::create({name}, kNow).error().fault, Fault::malformed) << name;
    EXPECT_EQ(certificate_name("2001:DB8:0::7").value(), "2001:db8::7");
    EXPECT_EQ(certificate_name("Faces.Example").value(), "faces.example");
}

TEST(DevelopmentCa, RejectsOtherCertificates) {
    const auto ca = DevelopmentCa::create({}, kNow).value();
    const auto other = DevelopmentCa::create({}, kNow).value();
    const auto fault = [](const PemPair& pem) {
        const auto read = DevelopmentCa::parse(pem);
        return read ? "" : read.error().detail;
    };
    EXPECT_THAT(fault({ca.pem().certificate, other.pem().key}), HasSubstr("is no development"));
    EXPECT_THAT(fault(ca.issue(kNow).value()), HasSubstr("is no development"));
    EXPECT_THAT(fault({}), HasSubstr("is no development"));
    EXPECT_THAT(ca.pem().key, Not(HasSubstr("ENCRYPTED")));
}

}  // namespace
}  // namespace cameo::server
