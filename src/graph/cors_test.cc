#include "graph/cors.h"

#include <gmock/gmock.h>

namespace cameo::graph {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::string> kDefault{"loopback"};

http::Request with_origin(std::string_view origin) {
    return {.method = http::Method::get, .target = "/", .fields = {{"Origin", origin}}};
}

http::Request preflight(std::string_view origin, std::string_view headers) {
    return {.method = http::Method::options,
            .target = "/",
            .fields = {{"origin", origin},
                       {"access-control-request-method", "PUT"},
                       {"access-control-request-headers", headers}}};
}

std::string fields(const std::vector<std::string>& origins, std::string_view origin) {
    return std::string(Cors(origins).fields(with_origin(origin)).view());
}

TEST(Cors, LetsPagesOfThisMachineReadByDefault) {
    for (const auto* origin : {"http://localhost", "https://localhost:8443",
                               "http://127.0.0.1:3000", "https://[::1]", "http://[::1]:5173"})
        EXPECT_THAT(fields(kDefault, origin),
                    AllOf(HasSubstr(std::string("Access-Control-Allow-Origin: ") + origin + "\r\n"),
                          HasSubstr("Expose-Headers: ETag, ")));
}

TEST(Cors, LetsNoOthersRead) {
    for (const auto* origin :
         {"http://localhost.example.org", "http://example.org", "http://localhost@example.org",
          "http://127.0.0.1.example.org", "http://xlocalhost", "ftp://localhost", "null",
          "localhost", "http://localhost:", "http://localhost:80x", "http://localhost/",
          "http://127.0.0.2", "http://[::1", "http://[::1]x", "https://app.example.org"})
        EXPECT_EQ(fields(kDefault, origin), "") << origin;
}

TEST(Cors, LetsConfiguredOriginsReadAndThoseAlone) {
    const std::vector<std::string> origins{"https://app.example.org", "https://b.example:8443"};
    for (const auto& origin : origins)
        EXPECT_THAT(fields(origins, origin), HasSubstr("Allow-Origin: " + origin + "\r\n"));
    for (const auto* origin : {"http://app.example.org", "https://app.example.org:8443",
                               "https://app.example.org.evil.example", "http://localhost"})
        EXPECT_EQ(fields(origins, origin), "") << origin;
}

TEST(Cors, TellsCachesEvenWhereNoPageAsked) {
    const http::Request plain{.method = http::Method::get};
    EXPECT_TRUE(Cors(kDefault).vary());
    EXPECT_FALSE(Cors({}).vary());
    EXPECT_FALSE(Cors({"*"}).vary());
    EXPECT_THAT(Cors({"*"}).fields(plain).view(), HasSubstr("Allow-Origin: *\r\n"));
}

TEST(Cors, AnswersAPreflight) {
    const auto reply =
        Cors(kDefault).preflight(preflight("http://localhost", "authorization,X-Mine, prefer"));
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ(reply->status, 204);
    EXPECT_THAT(
        reply->fields.view(),
        AllOf(HasSubstr("Access-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE"),
              HasSubstr("Access-Control-Allow-Headers: authorization, "),
              HasSubstr("cameo-crop, cameo-run, cameo-source, X-Mine\r\n"),
              HasSubstr("Access-Control-Max-Age: 7200\r\n")));
    EXPECT_THAT(reply->more_fields.view(), HasSubstr("Allow-Origin: http://localhost\r\n"));
}

TEST(Cors, EchoesOnlyHeaderNames) {
    const auto headers = [](std::string_view asked) {
        const auto reply = Cors(kDefault).preflight(preflight("http://localhost", asked));
        return std::string(reply->fields.view());
    };
    const auto usual = headers("");
    EXPECT_EQ(headers("a b"), usual);
    EXPECT_EQ(headers("<b>, x:y, \"q\""), usual);
    EXPECT_EQ(headers(std::string(3000, 'x')), usual);
    EXPECT_EQ(headers("AUTHORIZATION, If-None-Match"), usual);
}

TEST(Cors, TellsAForeignPageNothing) {
    const auto reply = Cors(kDefault).preflight(preflight("http://example.org", "authorization"));
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ(reply->status, 204);
    EXPECT_EQ(reply->fields.view(), "");
    EXPECT_EQ(reply->more_fields.view(), "");
    EXPECT_TRUE(reply->vary.origin);
}

TEST(Cors, TakesForAPreflightWhatAsksAsOne) {
    const Cors cors(kDefault);
    auto request = preflight("http://localhost", "");
    request.method = http::Method::get;
    EXPECT_FALSE(cors.preflight(request));
    request.method = http::Method::options;
    request.fields = {{"Origin", "http://localhost"}};
    EXPECT_FALSE(cors.preflight(request));
    request.fields = {{"Access-Control-Request-Method", "GET"}};
    EXPECT_FALSE(cors.preflight(request));
}

TEST(Cors, OriginsAreKeptAsBrowsersSendThem) {
    EXPECT_EQ(cors_origin("https://App.Example.ORG"), "https://app.example.org");
    EXPECT_EQ(cors_origin("https://a.example:443"), "https://a.example");
    EXPECT_EQ(cors_origin("http://a.example:80"), "http://a.example");
    EXPECT_EQ(cors_origin("http://a.example:443"), "http://a.example:443");
    EXPECT_EQ(cors_origin("capacitor://localhost"), "capacitor://localhost");
    EXPECT_EQ(cors_origin("http://[2001:DB8::1]:8080"), "http://[2001:db8::1]:8080");
    EXPECT_EQ(cors_origin("*"), "*");
    EXPECT_EQ(cors_origin("loopback"), "loopback");
    for (const auto* text : {"", "app.example.org", "https://", "https://a/", "https://a/b", "null",
                             "https://*.example.org", "https://a b", "https://a?x", "://a"})
        EXPECT_FALSE(cors_origin(text)) << text;
}

}  // namespace
}  // namespace cameo::graph
