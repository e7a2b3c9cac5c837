#include "app/listen_address.h"

#include <gtest/gtest.h>

namespace cameo::app {
namespace {

TEST(ListenAddress, TakesHostAndPort) {
    const auto address = parse_listen_address("127.0.0.1:8080");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->host, "127.0.0.1");
    EXPECT_EQ(address->port, 8080);
}

TEST(ListenAddress, TakesIPv6InBrackets) {
    const auto address = parse_listen_address("[::1]:0");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->host, "::1");
    EXPECT_EQ(address->port, 0);
}

TEST(ListenAddress, RefusesWhatIsNone) {
    for (const auto* text : {"", "8080", ":8080", "host:", "host:99999", "host:80x", "host:-1"})
        EXPECT_FALSE(parse_listen_address(text)) << text;
}

TEST(ListenAddress, AnOriginPutsIPv6IntoBrackets) {
    EXPECT_EQ(origin_of("http", "127.0.0.1", 80), "http://127.0.0.1:80");
    EXPECT_EQ(origin_of("https", "::1", 80), "https://[::1]:80");
}

}  // namespace
}  // namespace cameo::app
