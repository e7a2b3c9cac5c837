#include "app/listening.h"

#include <gmock/gmock.h>

#include "app/dev_ca.h"
#include "base/clock.h"
#include "base/ids.h"

namespace cameo::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

Config settled(const ListenOptions& options, Config config = {}, const fs::path& data = "data") {
    const auto done = settle_listening(options, data, config);
    EXPECT_TRUE(done) << done.error().detail;
    return config;
}

std::string refusal(const ListenOptions& options, Config config = {}) {
    const auto done = settle_listening(options, "data", config);
    return done ? "" : done.error().detail;
}

TEST(Listening, IsPlainUnlessTold) {
    const auto http = settled({}).http;
    EXPECT_TRUE(http.plain);
    EXPECT_EQ(http.host, "127.0.0.1");
    EXPECT_EQ(http.port, 8080);
    EXPECT_FALSE(http.tls);
}

TEST(Listening, TakesEitherAndBoth) {
    const ListenOptions tls{.tls_listen = "[::1]:8443", .tls_cert = "c.pem", .tls_key = "k.pem"};
    auto http = settled(tls).http;
    EXPECT_FALSE(http.plain);
    ASSERT_TRUE(http.tls);
    EXPECT_EQ(http.tls->host, "::1");
    EXPECT_EQ(http.tls->port, 8443);
    EXPECT_EQ(http.tls->certificate, "c.pem");
    EXPECT_EQ(http.tls->key, "k.pem");
    auto both = tls;
    both.listen = "127.0.0.1:0";
    http = settled(both).http;
    EXPECT_TRUE(http.plain);
    EXPECT_EQ(http.port, 0);
    EXPECT_TRUE(http.tls);
}

TEST(Listening, TheCommandLineGoesBeforeTheConfiguration) {
    Config config;
    config.tls = {.listen = "127.0.0.1:1",
                  .certificate = "c.pem",
                  .key = "k.pem",
                  .only_tls13 = true,
                  .handshake_timeout = std::chrono::seconds(3)};
    auto tls = settled({}, config).http.tls;
    ASSERT_TRUE(tls);
    EXPECT_EQ(tls->port, 1);
    EXPECT_EQ(tls->certificate, "c.pem");
    EXPECT_TRUE(tls->only_tls13);
    EXPECT_EQ(tls->handshake_timeout, std::chrono::seconds(3));
    tls = settled({.tls_listen = "127.0.0.1:2", .tls_cert = "d.pem", .tls_key = "l.pem"}, config)
              .http.tls;
    EXPECT_EQ(tls->port, 2);
    EXPECT_EQ(tls->certificate, "d.pem");
    EXPECT_EQ(tls->key, "l.pem");
}

TEST(Listening, TakesTheDevelopmentCertificateWhereThereIsOne) {
    const fs::path data = fs::temp_directory_path() / ("cameo-listening-" + new_guid());
    EXPECT_TRUE(make_dev_certificate(data, {}, false, SystemClock().now()));
    const auto tls = settled({.tls_listen = "127.0.0.1:0"}, {}, data).http.tls;
    fs::remove_all(data);
    ASSERT_TRUE(tls);
    EXPECT_EQ(tls->certificate, dev_ca_files(data).certificate);
    EXPECT_EQ(tls->key, dev_ca_files(data).key);
}

constexpr const char* kHsts = "Strict-Transport-Security: max-age=31536000\r\n";

TEST(Listening, SendsHstsOverTlsAlone) {
    const ListenOptions both{.listen = "127.0.0.1:0",
                             .tls_listen = "127.0.0.1:0",
                             .tls_cert = "c.pem",
                             .tls_key = "k.pem"};
    EXPECT_EQ(settled(both).http.fixed_fields, "");
    EXPECT_EQ(settled(both).http.fixed_tls_fields, kHsts);
    Config config;
    config.tls.hsts = std::chrono::seconds(0);
    EXPECT_EQ(settled(both, config).http.fixed_tls_fields, "");
    Config local;
    local.graph.public_url = "https://localhost:8443";
    EXPECT_EQ(settled(both, local).http.fixed_tls_fields, "");
}

TEST(Listening, SendsHstsWithoutTlsWherePublicUrlIsHttps) {
    Config config;
    config.graph.public_url = "https://faces.example.org/photos";
    EXPECT_EQ(settled({}, config).http.fixed_fields, kHsts);
    for (const auto* url : {"http://faces.example.org", "https://localhost:8443",
                            "https://LOCALHOST", "https://faces.localhost/x"}) {
        config.graph.public_url = url;
        EXPECT_EQ(settled({}, config).http.fixed_fields, "") << url;
    }
}

TEST(Listening, SendsNoHstsWithTheDevelopmentCertificate) {
    const fs::path data = fs::temp_directory_path() / ("cameo-listening-" + new_guid());
    EXPECT_TRUE(make_dev_certificate(data, {}, false, SystemClock().now()));
    const auto files = dev_ca_files(data);
    const ListenOptions named{.tls_listen = "127.0.0.1:0",
                              .tls_cert = files.certificate.string(),
                              .tls_key = files.key.string()};
    EXPECT_EQ(settled({.tls_listen = "127.0.0.1:0"}, {}, data).http.fixed_tls_fields, "");
    EXPECT_EQ(settled(named, {}, data).http.fixed_tls_fields, "");
    Config config;
    config.graph.public_url = "https://faces.example.org:8443";
    EXPECT_EQ(settled(named, config, data).http.fixed_tls_fields, "");
    fs::remove_all(data);
}

TEST(Listening, SaysWhatIsWrong) {
    EXPECT_EQ(refusal({.listen = "8080"}), "--listen 8080 is not HOST:PORT");
    EXPECT_EQ(refusal({.tls_listen = "8443"}), "--tls-listen 8443 is not HOST:PORT");
    EXPECT_THAT(refusal({.tls_listen = "h:1"}), HasSubstr("'cameo dev-cert --data data'"));
    EXPECT_EQ(refusal({.tls_listen = "h:1", .tls_cert = "c"}), "--tls-cert needs --tls-key");
    EXPECT_EQ(refusal({.tls_listen = "h:1", .tls_key = "k"}), "--tls-key needs --tls-cert");
    EXPECT_EQ(refusal({.tls_cert = "c", .tls_key = "k"}),
              "--tls-cert and --tls-key need --tls-listen");
    Config config;
    config.tls.listen = "8443";
    EXPECT_EQ(refusal({}, config), "tls.listen 8443 is not HOST:PORT");
}

}  // namespace
}  // namespace cameo::app
