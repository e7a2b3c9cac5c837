#include "server/listening.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/ids.h"
#include "server/dev_certificate.h"

namespace cameo::server {
namespace {

TEST(ListenAddress, AcceptsHostAndPort) {
    const auto address = parse_listen_address("127.0.0.1:8080");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->host, "127.0.0.1");
    EXPECT_EQ(address->port, 8080);
}

TEST(ListenAddress, AcceptsIPv6InBrackets) {
    const auto address = parse_listen_address("[::1]:0");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->host, "::1");
    EXPECT_EQ(address->port, 0);
}

TEST(ListenAddress, RefusesMalformedAddresses) {
    for (const auto* text : {"", "8080", ":8080", "host:", "host:99999", "host:80x", "host:-1"})
        EXPECT_FALSE(parse_listen_address(text)) << text;
}

TEST(ListenAddress, AnOriginPutsIPv6IntoBrackets) {
    EXPECT_EQ(origin_of("http", "127.0.0.1", 80), "http://127.0.0.1:80");
    EXPECT_EQ(origin_of("https", "::1", 80), "https://[::1]:80");
}

namespace fs = std::filesystem;
using ::testing::HasSubstr;

config::Config settled(const ListenOptions& options, config::Config config = {},
                       const fs::path& data = "data") {
    const auto done = apply_listen_options(options, data, config);
    EXPECT_TRUE(done) << done.error().detail;
    return config;
}

std::string refusal(const ListenOptions& options, config::Config config = {}) {
    const auto done = apply_listen_options(options, "data", config);
    return done ? "" : done.error().detail;
}

TEST(Listening, IsPlainByDefault) {
    const auto http = settled({}).http;
    EXPECT_TRUE(http.plain);
    EXPECT_EQ(http.host, "127.0.0.1");
    EXPECT_EQ(http.port, 8080);
    EXPECT_FALSE(http.tls);
}

TEST(Listening, MayBePlainOrTlsOrBoth) {
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

TEST(Listening, TheCommandLineTakesPrecedenceOverTheConfiguration) {
    config::Config config;
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

TEST(Listening, UsesTheDevelopmentCertificateIfItExists) {
    const fs::path data = fs::temp_directory_path() / ("cameo-listening-" + new_guid());
    EXPECT_TRUE(make_dev_certificate(data, {}, false, SystemClock().now()));
    const auto tls = settled({.tls_listen = "127.0.0.1:0"}, {}, data).http.tls;
    fs::remove_all(data);
    ASSERT_TRUE(tls);
    EXPECT_EQ(tls->certificate, dev_ca_files(data).certificate);
    EXPECT_EQ(tls->key, dev_ca_files(data).key);
}

constexpr const char* kHsts = "Strict-Transport-Security: max-age=31536000\r\n";

TEST(Listening, SendsHstsOnlyOverTls) {
    const ListenOptions both{.listen = "127.0.0.1:0",
                             .tls_listen = "127.0.0.1:0",
                             .tls_cert = "c.pem",
                             .tls_key = "k.pem"};
    EXPECT_EQ(settled(both).http.fixed_fields, "");
    EXPECT_EQ(settled(both).http.fixed_tls_fields, kHsts);
    config::Config config;
    config.tls.hsts = std::chrono::seconds(0);
    EXPECT_EQ(settled(both, config).http.fixed_tls_fields, "");
    config::Config local;
    local.graph.public_url = "https://localhost:8443";
    EXPECT_EQ(settled(both, local).http.fixed_tls_fields, "");
}

TEST(Listening, SendsHstsWithoutTlsIfPublicUrlIsHttps) {
    config::Config config;
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
    config::Config config;
    config.graph.public_url = "https://faces.example.org:8443";
    EXPECT_EQ(settled(named, config, data).http.fixed_tls_fields, "");
    fs::remove_all(data);
}

TEST(Listening, TheErrorNamesTheReason) {
    EXPECT_EQ(refusal({.listen = "8080"}), "--listen 8080 is not HOST:PORT");
    EXPECT_EQ(refusal({.tls_listen = "8443"}), "--tls-listen 8443 is not HOST:PORT");
    EXPECT_THAT(refusal({.tls_listen = "h:1"}), HasSubstr("'cameo dev-cert --data data'"));
    EXPECT_EQ(refusal({.tls_listen = "h:1", .tls_cert = "c"}), "--tls-cert needs --tls-key");
    EXPECT_EQ(refusal({.tls_listen = "h:1", .tls_key = "k"}), "--tls-key needs --tls-cert");
    EXPECT_EQ(refusal({.tls_cert = "c", .tls_key = "k"}),
              "--tls-cert and --tls-key need --tls-listen");
    config::Config config;
    config.tls.listen = "8443";
    EXPECT_EQ(refusal({}, config), "tls.listen 8443 is not HOST:PORT");
}

using ::testing::AllOf;
using ::testing::HasSubstr;

config::Config with_threads() {
    config::Config config;
    config.http.threads = 2;
    return config;
}

TEST(Descriptors, TheReserveGrowsWithThreadsAndWorkers) {
    auto config = with_threads();
    EXPECT_EQ(descriptor_reserve(config), 64U + 5 * 2 + 8 * 4 + 4 * 2 + 10 * 2 + 28);
    config.store_threads += 10;
    config.list_threads += 10;
    config.image.workers += 10;
    EXPECT_EQ(descriptor_reserve(config), 64U + 5 * 2 + 8 * 14 + 4 * 12 + 10 * 12 + 28);
}

TEST(Descriptors, WithEnoughDescriptorsNothingIsLowered) {
    auto config = with_threads();
    EXPECT_EQ(fit_connections(descriptor_reserve(config) + 10'128, config).value(), "");
    EXPECT_EQ(config.http.max_connections, 10'000U);
    EXPECT_EQ(config.http.refused_at_once, 128U);
}

TEST(Descriptors, ConnectionsAreLoweredToTheDescriptorsBeyondTheReserve) {
    auto config = with_threads();
    const auto said = fit_connections(256, config).value();
    EXPECT_THAT(said, AllOf(HasSubstr("instead of 10000"), HasSubstr("256 files")));
    EXPECT_EQ(
        config.http.max_connections + config.http.refused_at_once + descriptor_reserve(config),
        256U);
    EXPECT_GE(config.http.max_connections, 80U);
    EXPECT_THAT(said, HasSubstr(std::to_string(config.http.max_connections)));
}

TEST(Descriptors, AServerWithoutDescriptorsForConnectionsIsNotStarted) {
    auto config = with_threads();
    const auto fitted = fit_connections(100, config);
    ASSERT_FALSE(fitted);
    EXPECT_THAT(fitted.error().detail, HasSubstr("LimitNOFILE"));
}

TEST(Descriptors, TheSoftLimitIsRaisedToTheHardLimit) {
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    const rlimit low{100, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
    EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
    rlimit after{};
    getrlimit(RLIMIT_NOFILE, &after);
    EXPECT_EQ(after.rlim_cur, before.rlim_max);
    setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace

}  // namespace cameo::server
