#include "server/web_page.h"

#include <gmock/gmock.h>

#include "http/content_coding.h"

namespace cameo::server {
namespace {

using http::Method;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kScript = "console.log(1);console.log(1);console.log(1);console.log(1);";
constexpr std::array kFiles{
    WebFile{"/", "text/html; charset=utf-8", "aa", "<!doctype html>"},
    WebFile{"/assets/main-1.js", "text/javascript; charset=utf-8", "bb", kScript},
    WebFile{"/icon.svg", "image/svg+xml", "cc", "<svg/>"},
};

struct Api final : http::Handler {
    http::StartResult start(const http::Request&) override { return http::Reply{.status = 299}; }
    http::Reply error_reply(const http::ProtocolError&, const http::Request&) override {
        return {.status = 298};
    }
    void finished(const http::FinishedRequest&) override { ++finished_count; }
    int finished_count = 0;
};

class WebPageTest : public testing::Test {
  protected:
    static http::Request request(Method method, std::string_view target,
                                 std::vector<http::Field> fields = {}) {
        return {
            .method = method, .method_text = "X", .target = target, .fields = std::move(fields)};
    }
    http::Reply ask(Method method, std::string_view target, std::vector<http::Field> fields = {}) {
        return std::get<http::Reply>(handler_.start(request(method, target, std::move(fields))));
    }
    http::Reply get(std::string_view target, std::vector<http::Field> fields = {}) {
        return ask(Method::get, target, std::move(fields));
    }

    Api api_;
    WebPage page_{kFiles, "https://login.example.org/realms/acme"};
    WebHandler handler_{&page_, api_};
};

TEST_F(WebPageTest, HasTheDocumentAtTheRootWithItsPolicy) {
    for (const auto* target : {"/", "/?code=x&state=y"}) {
        const auto reply = get(target);
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.body.view(), "<!doctype html>");
        const auto fields = std::string(reply.fields.view());
        EXPECT_THAT(fields, HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
        EXPECT_THAT(fields, HasSubstr("Cache-Control: no-cache\r\n"));
        EXPECT_THAT(fields, HasSubstr("connect-src 'self' https://login.example.org;"));
    }
    EXPECT_THAT(std::string(WebPage(kFiles, "").reply(request(Method::get, "/"))->fields.view()),
                HasSubstr("connect-src 'self';"));
}

TEST_F(WebPageTest, AssetsAreImmutableAndOtherFilesAreNot) {
    EXPECT_THAT(std::string(get("/assets/main-1.js").fields.view()),
                HasSubstr("Cache-Control: public, max-age=31536000, immutable\r\n"));
    const auto icon = std::string(get("/icon.svg").fields.view());
    EXPECT_THAT(icon, HasSubstr("Cache-Control: no-cache\r\n"));
    EXPECT_THAT(icon, Not(HasSubstr("Content-Security-Policy")));
}

TEST_F(WebPageTest, GzipHasAnETagOfItsOwnAndIsOmittedWhereItIsNotSmaller) {
    const auto packed = get("/assets/main-1.js", {{"Accept-Encoding", "br, gzip"}});
    EXPECT_EQ(http::decode_content("gzip", packed.body.view(), 1'000).value(), kScript);
    EXPECT_THAT(std::string(packed.fields.view()), HasSubstr("ETag: \"bb-gzip\"\r\n"));
    EXPECT_THAT(std::string(packed.fields.view()), HasSubstr("Content-Encoding: gzip\r\n"));
    const auto small = get("/icon.svg", {{"Accept-Encoding", "gzip"}});
    EXPECT_EQ(small.body.view(), "<svg/>");
    for (const auto* target : {"/", "/assets/main-1.js", "/icon.svg"})
        EXPECT_THAT(std::string(get(target).fields.view()), HasSubstr("Vary: Accept-Encoding\r\n"));
}

TEST_F(WebPageTest, EitherETagIs304WithoutContentType) {
    for (const auto* etag : {"\"bb\"", "\"bb-gzip\"", "W/\"bb\"", "*"}) {
        const auto reply = get("/assets/main-1.js", {{"If-None-Match", etag}});
        EXPECT_EQ(reply.status, 304) << etag;
        EXPECT_EQ(reply.body.view(), "");
        EXPECT_THAT(std::string(reply.fields.view()), Not(HasSubstr("Content-Type")));
    }
    EXPECT_EQ(get("/assets/main-1.js", {{"If-None-Match", "\"aa\""}}).status, 200);
}

TEST_F(WebPageTest, OnlyExactPathsExist) {
    for (const auto* target : {"/assets/", "/assets/main-1.jsx", "/assets/../icon.svg",
                               "/assets/%2e%2e/icon.svg", "/assets//main-1.js", "/favicon.ico"})
        EXPECT_EQ(get(target).status, 404) << target;
    for (const auto* target : {"/index.html", "/Assets/main-1.js", "//", "/%61ssets/main-1.js",
                               "/v1.0/me", "/healthz", "/cameo/v1/web"})
        EXPECT_EQ(get(target).status, 299) << target;
}

TEST_F(WebPageTest, OtherMethodsAre405AndOptionsListsThem) {
    for (const auto* target : {"/", "/assets/main-1.js", "/assets/none", "/robots.txt"}) {
        for (const auto method : {Method::put, Method::post, Method::del, Method::other})
            EXPECT_EQ(ask(method, target).status, 405) << target;
        const auto options = ask(Method::options, target);
        EXPECT_EQ(options.status, 204);
        EXPECT_EQ(options.fields.view(), "Allow: GET, HEAD, OPTIONS\r\n");
        EXPECT_EQ(ask(Method::options, target, {{"Access-Control-Request-Method", "GET"}}).status,
                  299);
    }
}

TEST_F(WebPageTest, WithoutThePageTheRootIsATextAndItsFilesDoNotExist) {
    WebHandler handler(nullptr, api_);
    const auto root = std::get<http::Reply>(handler.start(request(Method::get, "/")));
    EXPECT_EQ(root.status, 200);
    EXPECT_THAT(std::string(root.fields.view()), HasSubstr("text/plain"));
    EXPECT_THAT(std::string(root.body.view()), HasSubstr("This is Cameo"));
    const auto asset = handler.start(request(Method::get, "/assets/main-1.js"));
    EXPECT_EQ(std::get<http::Reply>(asset).status, 299);
    const auto icon = handler.start(request(Method::get, "/favicon.ico"));
    EXPECT_EQ(std::get<http::Reply>(icon).status, 404);
}

TEST_F(WebPageTest, ErrorsAndTheEndOfARequestAreTheApis) {
    EXPECT_EQ(handler_.error_reply({}, request(Method::get, "/")).status, 298);
    handler_.finished({});
    EXPECT_EQ(api_.finished_count, 1);
}

TEST(WebFiles, HaveADocumentAndUniqueAbsolutePaths) {
    std::vector<std::string_view> paths;
    for (const auto& file : web_files()) {
        EXPECT_TRUE(file.path.starts_with('/'));
        EXPECT_EQ(file.etag.size(), 32U);
        EXPECT_FALSE(file.bytes.empty());
        paths.push_back(file.path);
    }
    EXPECT_THAT(paths, testing::Contains("/"));
    std::ranges::sort(paths);
    EXPECT_EQ(std::ranges::adjacent_find(paths), paths.end());
}

TEST(OriginOfUrl, IsSchemeHostAndPort) {
    EXPECT_EQ(origin_of_url("https://login.example.org/realms/acme"), "https://login.example.org");
    EXPECT_EQ(origin_of_url("http://127.0.0.1:8081"), "http://127.0.0.1:8081");
    EXPECT_EQ(origin_of_url(""), "");
}

}  // namespace
}  // namespace cameo::server
