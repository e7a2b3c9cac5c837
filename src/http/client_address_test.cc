#include "http/client_address.h"

#include <gtest/gtest.h>

namespace cameo::http {
namespace {

std::vector<AddressRange> trusted() {
    return {*AddressRange::parse("10.0.0.0/8"), *AddressRange::parse("fd00::/8"),
            *AddressRange::parse("192.0.2.7")};
}

std::string_view client(std::vector<Field> fields, std::string_view peer = "10.0.0.1") {
    static Request request;
    request.fields = std::move(fields);
    return client_address(request, peer, trusted());
}

TEST(AddressRange, ContainsTheAddressesOfItsNetwork) {
    const auto ten = *AddressRange::parse("10.0.0.0/8");
    EXPECT_TRUE(ten.contains("10.255.1.2"));
    EXPECT_FALSE(ten.contains("11.0.0.1"));
    EXPECT_TRUE(ten.contains("::ffff:10.0.0.1")) << "as a dual-stack listener reports it";
    EXPECT_TRUE(AddressRange::parse("192.0.2.128/25")->contains("192.0.2.200"));
    EXPECT_FALSE(AddressRange::parse("192.0.2.128/25")->contains("192.0.2.100"));
    EXPECT_TRUE(AddressRange::parse("0.0.0.0/0")->contains("8.8.8.8"));
    EXPECT_FALSE(AddressRange::parse("0.0.0.0/0")->contains("2001:db8::1"));
    EXPECT_TRUE(AddressRange::parse("2001:db8::/33")->contains("2001:db8:7fff::1"));
    EXPECT_FALSE(AddressRange::parse("2001:db8::/33")->contains("2001:db8:8000::1"));
    EXPECT_TRUE(AddressRange::parse("::1")->contains("::1"));
    EXPECT_FALSE(ten.contains("nonsense"));
}

TEST(AddressRange, RejectsMalformedText) {
    for (const auto* text : {"", "/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8",
                             "::/129", "host/8", "10.0.0.0/8x", "10.0.0.0/8/8"})
        EXPECT_FALSE(AddressRange::parse(text)) << text;
}

TEST(ClientAddress, IsThePeerWhereThePeerIsNoTrustedProxy) {
    EXPECT_EQ(client({{"X-Forwarded-For", "1.1.1.1"}}, "203.0.113.5"), "203.0.113.5");
    EXPECT_EQ(client({{"Forwarded", "for=1.1.1.1"}}, "203.0.113.5"), "203.0.113.5");
    EXPECT_EQ(client({}), "10.0.0.1");
}

TEST(ClientAddress, IsTheLastHopThatIsNoTrustedProxy) {
    EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.5"}}), "203.0.113.5");
    EXPECT_EQ(client({{"X-Forwarded-For", "6.6.6.6, 203.0.113.5, 10.1.1.1"}}), "203.0.113.5");
    EXPECT_EQ(client({{"x-forwarded-for", "6.6.6.6"}, {"X-Forwarded-For", "203.0.113.5"}}),
              "203.0.113.5");
    EXPECT_EQ(client({{"X-Forwarded-For", "10.2.2.2, 10.1.1.1"}}), "10.2.2.2") << "all trusted";
}

TEST(ClientAddress, OmitsPortsAndBrackets) {
    EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.5:4711"}}), "203.0.113.5");
    EXPECT_EQ(client({{"X-Forwarded-For", "[2001:db8::1]:4711"}}), "2001:db8::1");
    EXPECT_EQ(client({{"X-Forwarded-For", "2001:db8::1"}}), "2001:db8::1");
    EXPECT_EQ(client({{"Forwarded", R"(proto=https;For="[2001:db8::1]:47";by=10.0.0.1)"}}),
              "2001:db8::1");
    EXPECT_EQ(client({{"Forwarded", "for=6.6.6.6, for=203.0.113.5;proto=http, for=10.9.9.9"}}),
              "203.0.113.5");
}

TEST(ClientAddress, AHopThatIsNoAddressEndsTheSearch) {
    EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.5, unknown"}}), "10.0.0.1");
    EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.5, _x, 10.1.1.1"}}), "10.1.1.1");
    EXPECT_EQ(client({{"X-Forwarded-For", "<script>"}}), "10.0.0.1");
    EXPECT_EQ(client({{"X-Forwarded-For", ""}}), "10.0.0.1");
    EXPECT_EQ(client({{"Forwarded", "proto=https"}}), "10.0.0.1");
    EXPECT_EQ(client({{"X-Forwarded-For", "["}}), "10.0.0.1");
    EXPECT_EQ(client({{"X-Forwarded-For", std::string_view("::\0x", 4)}}), "10.0.0.1");
}

TEST(ClientAddress, TwoFieldsThatDifferAreBothIgnored) {
    EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.5"}, {"Forwarded", "for=6.6.6.6"}}),
              "10.0.0.1");
    EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.5"}, {"Forwarded", "for=203.0.113.5"}}),
              "203.0.113.5");
}

// The origin as text; `-` for an absent part.
std::string origin(std::vector<Field> fields, std::string_view peer = "10.0.0.1") {
    static Request request;
    request.fields = std::move(fields);
    const auto found = forwarded_origin(request, peer, trusted());
    const auto* scheme = !found.https ? "-" : *found.https ? "https" : "http";
    return std::string(scheme) + "://" + (found.host.empty() ? "-" : std::string(found.host));
}

TEST(ForwardedOrigin, IsReadFromTrustedProxiesOnly) {
    const std::vector<Field> fields{{"X-Forwarded-Proto", "https"},
                                    {"X-Forwarded-Host", "a.example"}};
    EXPECT_EQ(origin(fields), "https://a.example");
    EXPECT_EQ(origin(fields, "fd00::7"), "https://a.example");
    EXPECT_EQ(origin(fields, "203.0.113.5"), "-://-");
    EXPECT_EQ(origin({{"Forwarded", "proto=https;host=a.example"}}, "203.0.113.5"), "-://-");
    EXPECT_EQ(origin({}), "-://-");
    EXPECT_EQ(origin({{"X-Forwarded-For", "203.0.113.5"}}), "-://-");
    EXPECT_EQ(origin({{"x-forwarded-proto", "HTTP"}}), "http://-");
}

TEST(ForwardedOrigin, IsWhatTheTrustedProxyNearestToTheClientWrote) {
    EXPECT_EQ(origin({{"Forwarded",
                       "for=6.6.6.6;proto=http;host=evil, "
                       "for=203.0.113.5;proto=https;host=a.example, "
                       "for=10.9.9.9;proto=http;host=inner"}}),
              "https://a.example");
    EXPECT_EQ(origin({{"Forwarded", "for=6.6.6.6;proto=http;host=evil"},
                      {"Forwarded", "for=unknown;proto=https;host=a.example"}}),
              "https://a.example");
    EXPECT_EQ(origin({{"Forwarded", "for=203.0.113.5, for=10.9.9.9;proto=https;host=inner"}}),
              "https://inner")
        << "the next proxy where the nearest wrote nothing";
    EXPECT_EQ(origin({{"X-Forwarded-For", "6.6.6.6, 203.0.113.5, 10.9.9.9"},
                      {"X-Forwarded-Proto", "http, https, http"},
                      {"X-Forwarded-Host", "evil, a.example, inner"}}),
              "https://a.example");
    EXPECT_EQ(
        origin({{"X-Forwarded-For", "203.0.113.5, 10.9.9.9"}, {"X-Forwarded-Proto", "https"}}),
        "https://-")
        << "a field that a proxy replaced";
    EXPECT_EQ(origin({{"X-Forwarded-Proto", "http"}, {"X-Forwarded-Proto", "https"}}), "https://-");
    EXPECT_EQ(origin({{"Forwarded", R"(for="6.6.6.6;host=evil, for=203.0.113.5;host=a.example)"}}),
              "-://a.example")
        << "an open quote of the client does not hide what follows";
}

TEST(ForwardedOrigin, OfTwoKindsOfFieldsOnlyEqualValuesCount) {
    EXPECT_EQ(origin({{"X-Forwarded-Proto", "https"}, {"Forwarded", "host=evil;proto=https"}}),
              "https://-");
    EXPECT_EQ(origin({{"X-Forwarded-For", "203.0.113.5"}, {"Forwarded", "host=evil;proto=http"}}),
              "-://-");
}

TEST(ForwardedOrigin, MalformedSchemesAndHostsAreIgnored) {
    for (const auto* host : {"a", "a.example:1", "a.example:65535", "[::1]", "[2001:db8::1]:8443",
                             "192.0.2.1:80", "_a.example"})
        EXPECT_EQ(origin({{"X-Forwarded-Host", host}}), std::string("-://") + host);
    for (const auto* host :
         {"",    ":80",  "a:",        "a:0",  "a:65536", "a:+1",   "a b", "a/b",   "a?b",     "a#b",
          "a@b", "a\"b", "a'b",       "a%62", "a\\b",    "..",     ".a",  "-a",    "a..b",    "[",
          "[]",  "[a]",  "[1.2.3.4]", "[::1", "[::1]x",  "[::1]:", "::1", "a\x01", "\xc3\xa4"})
        EXPECT_EQ(origin({{"X-Forwarded-Host", host}}), "-://-") << host;
    const std::string long_host(256, 'a');
    EXPECT_EQ(origin({{"X-Forwarded-Host", long_host}}), "-://-");
    for (const auto* scheme : {"", "httpss", "https:", "wss", "javascript"})
        EXPECT_EQ(origin({{"X-Forwarded-Proto", scheme}}), "-://-") << scheme;
    EXPECT_EQ(origin({{"Forwarded", "for=203.0.113.5;host=a.example;host=b.example"}}), "-://-");
}

}  // namespace
}  // namespace cameo::http
