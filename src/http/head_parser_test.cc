#include "http/head_parser.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace cameo::http {
namespace {

using State = Head::State;

Head parse(std::string_view bytes, HeadLimits limits = {}) { return parse_head(bytes, limits); }

// A head with a Host and the given lines, each with its own line end.
std::string with(const std::string& lines) {
    return "PUT /photo HTTP/1.1\r\nHost: cameo\r\n" + lines + "\r\n";
}

TEST(HeadParser, ReadsAWholeHead) {
    const std::string bytes =
        "GET /v1.0/me/photo/$value?x=%24 HTTP/1.1\r\nHost: localhost:8080\r\n"
        "authorization:Bearer a.b.c\r\nX-Empty:\r\nX-Space: \t a b \t\r\n\r\nGET /next";
    const auto head = parse(bytes);
    ASSERT_EQ(head.state, State::complete);
    EXPECT_EQ(head.length, bytes.size() - 9);
    EXPECT_EQ(head.request.method, Method::get);
    EXPECT_EQ(head.request.target, "/v1.0/me/photo/$value?x=%24");
    EXPECT_EQ(head.request.find("Authorization"), "Bearer a.b.c");
    EXPECT_EQ(head.request.find("x-space"), "a b");
    EXPECT_TRUE(head.request.has("x-empty"));
    EXPECT_EQ(head.request.find("x-empty"), "");
    EXPECT_FALSE(head.request.has("x-none"));
    EXPECT_TRUE(head.keep_alive);
    EXPECT_FALSE(head.body.has_body());
}

TEST(HeadParser, EveryPrefixOfAValidHeadIsIncomplete) {
    const std::string bytes = "\r\n" + with("Content-Length: 12\r\nX: y\r\n");
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_EQ(parse(std::string_view(bytes).substr(0, size)).state, State::incomplete) << size;
    EXPECT_EQ(parse(bytes).state, State::complete);
}

struct Refused {
    std::string bytes;
    int status;
};

class RefusedHead : public testing::TestWithParam<Refused> {};

TEST_P(RefusedHead, HasItsStatus) {
    const auto head = parse(GetParam().bytes);
    EXPECT_EQ(head.state, State::invalid) << GetParam().bytes;
    EXPECT_EQ(head.error.status, GetParam().status) << GetParam().bytes;
    EXPECT_FALSE(head.error.reason.empty());
}

const std::string kHost = "Host: a\r\n\r\n";

INSTANTIATE_TEST_SUITE_P(
    RequestLine, RefusedHead,
    testing::Values(
        Refused{"GET /\r\n" + kHost, 400}, Refused{"GET  / HTTP/1.1\r\n" + kHost, 400},
        Refused{"GET / HTTP/1.1 \r\n" + kHost, 400}, Refused{" GET / HTTP/1.1\r\n" + kHost, 400},
        Refused{"GET\t/ HTTP/1.1\r\n" + kHost, 400}, Refused{"GET / HTTP/1.1\n" + kHost, 400},
        Refused{"G(T / HTTP/1.1\r\n" + kHost, 400}, Refused{"GET / http/1.1\r\n" + kHost, 400},
        Refused{"GET / HTTP/11\r\n" + kHost, 400}, Refused{"GET / HTTP/1.1x\r\n" + kHost, 400},
        Refused{"GET / HTTP/2.0\r\n" + kHost, 505}, Refused{"GET / HTTP/1.2\r\n" + kHost, 505},
        Refused{"PRI * HTTP/2.0\r\n\r\n", 505}, Refused{"GET / HTTP/0.9\r\n" + kHost, 505},
        Refused{"ABCDEFGHIJKLMNOPQRSTU / HTTP/1.1\r\n" + kHost, 501},
        Refused{"GET path HTTP/1.1\r\n" + kHost, 400}, Refused{"GET * HTTP/1.1\r\n" + kHost, 400},
        Refused{"GET /a#b HTTP/1.1\r\n" + kHost, 400},
        Refused{"GET /a b HTTP/1.1\r\n" + kHost, 400},
        Refused{"GET /\xc3\xa4 HTTP/1.1\r\n" + kHost, 400},
        Refused{std::string("GET /a\0b HTTP/1.1\r\n", 19) + kHost, 400},
        Refused{"GET /a\x7f HTTP/1.1\r\n" + kHost, 400},
        Refused{"GET /a\rb HTTP/1.1\r\n" + kHost, 400},
        Refused{"GET ftp://a/b HTTP/1.1\r\n" + kHost, 400},
        Refused{"GET http:///b HTTP/1.1\r\n" + kHost, 400},
        Refused{"GET http://a?b HTTP/1.1\r\n" + kHost, 400},
        Refused{"GET http://u@a/b HTTP/1.1\r\n" + kHost, 400},
        Refused{"CONNECT a:443 HTTP/1.1\r\n" + kHost, 400}, Refused{"\x16\x03\x01", 400},
        Refused{"\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n", 400}, Refused{"\nGET", 400}));

INSTANTIATE_TEST_SUITE_P(
    Fields, RefusedHead,
    testing::Values(Refused{"GET / HTTP/1.1\r\n\r\n", 400}, Refused{with("Host: b\r\n"), 400},
                    Refused{with("host: cameo\r\n"), 400},
                    Refused{"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
                    Refused{"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
                    Refused{with("A : b\r\n"), 400}, Refused{with(": b\r\n"), 400},
                    Refused{with("A b\r\n"), 400}, Refused{with("A(: b\r\n"), 400},
                    Refused{with("A: b\r\n folded\r\n"), 400},
                    Refused{with("A: b\r\n\tfolded\r\n"), 400}, Refused{with(" A: b\r\n"), 400},
                    Refused{with("A: b\n"), 400}, Refused{with("A: b\nB: c\r\n"), 400},
                    Refused{with("A: b\rB: c\r\n"), 400}, Refused{with("A: b\r\r\n"), 400},
                    Refused{with(std::string("A: b\0c\r\n", 8)), 400},
                    Refused{with("A: b\x01\r\n"), 400}, Refused{with("A: b\x7f\r\n"), 400},
                    Refused{with("\xc3\xa4: b\r\n"), 400}, Refused{with("Expect: coffee\r\n"), 417},
                    Refused{with("Expect: 100-continue, coffee\r\n"), 417}));

// RFC 9112 section 11.2: every way in which two parsers may find different ends of the body.
INSTANTIATE_TEST_SUITE_P(
    Smuggling, RefusedHead,
    testing::Values(
        Refused{with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
        Refused{with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
        Refused{with("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"), 400},
        Refused{with("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
        Refused{with("Content-Length: 5\r\ncontent-length: 5\r\n"), 400},
        Refused{with("Content-Length: 5, 5\r\n"), 400},
        Refused{with("Content-Length: 5,\r\n"), 400}, Refused{with("Content-Length: +5\r\n"), 400},
        Refused{with("Content-Length: -5\r\n"), 400},
        Refused{with("Content-Length: 0x10\r\n"), 400},
        Refused{with("Content-Length: 5 6\r\n"), 400},
        Refused{with("Content-Length: 5.0\r\n"), 400}, Refused{with("Content-Length:\r\n"), 400},
        Refused{with("Content-Length: five\r\n"), 400},
        Refused{with("Content-Length: 18446744073709551616\r\n"), 400},
        Refused{with("Content-Length: 99999999999999999999999\r\n"), 400},
        Refused{with("Content-Length : 5\r\n"), 400}, Refused{with("Content-Length\t: 5\r\n"), 400},
        Refused{with("Transfer-Encoding: chunked, chunked\r\n"), 400},
        Refused{with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
        Refused{with("Transfer-Encoding: chunked, identity\r\n"), 400},
        Refused{with("Transfer-Encoding:\r\n"), 400},
        Refused{with("Transfer-Encoding: ,\r\n"), 400},
        Refused{with("Transfer-Encoding: xchunked\r\n"), 501},
        Refused{with("Transfer-Encoding: identity\r\n"), 501},
        Refused{with("Transfer-Encoding: gzip, chunked\r\n"), 501},
        Refused{with("Transfer-Encoding: \"chunked\"\r\n"), 501},
        Refused{with("Transfer-Encoding: chunked;q=1\r\n"), 501},
        Refused{with("Transfer-Encoding: \x0b"
                     "chunked\r\n"),
                400},
        Refused{with("Transfer-Encoding : chunked\r\n"), 400},
        Refused{with("Transfer-Encoding:\r\n chunked\r\n"), 400},
        Refused{"PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400}));

TEST(HeadParser, AcceptsOneLengthOrOneChunkedCoding) {
    EXPECT_EQ(parse(with("Content-Length: 012\r\n")).body.length, 12U);
    EXPECT_EQ(parse(with("Content-Length: 18446744073709551615\r\n")).body.length, UINT64_MAX);
    EXPECT_FALSE(parse(with("Content-Length: 0\r\n")).body.has_body());
    EXPECT_TRUE(parse(with("Transfer-Encoding: Chunked\r\n")).body.chunked);
}

TEST(HeadParser, KeepsTheConnectionByVersionAndOption) {
    EXPECT_TRUE(parse(with("")).keep_alive);
    EXPECT_FALSE(parse(with("Connection: x, Close\r\n")).keep_alive);
    EXPECT_FALSE(parse(with("Connection: keep-alive\r\nConnection: close\r\n")).keep_alive);
    EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
    EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST(HeadParser, UsesThePathOfAnAbsoluteTarget) {
    EXPECT_EQ(parse("GET http://a:1/b?c HTTP/1.1\r\n" + kHost).request.target, "/b?c");
    EXPECT_EQ(parse("GET HTTPS://a HTTP/1.1\r\n" + kHost).request.target, "/");
    EXPECT_EQ(parse("OPTIONS * HTTP/1.1\r\n" + kHost).request.target, "*");
}

TEST(HeadParser, RecognizesExpectContinue) {
    EXPECT_TRUE(parse(with("Expect: 100-Continue\r\n")).body.expects_continue);
    EXPECT_FALSE(parse("PUT / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").body.expects_continue);
    EXPECT_EQ(parse("PUT / HTTP/1.0\r\nExpect: coffee\r\n\r\n").state, State::complete);
}

TEST(HeadParser, UsesTheClientIdOnlyWhereItCanBeSentBack) {
    const auto id = [](const std::string& value) {
        const auto bytes = with("client-request-id: " + value + "\r\n");
        return std::string(parse(bytes).request.client_id);
    };
    EXPECT_EQ(id("abc-1"), "abc-1");
    EXPECT_EQ(id(std::string(128, 'x')), std::string(128, 'x'));
    EXPECT_EQ(id(std::string(129, 'x')), "");
    EXPECT_EQ(id("a b"), "");
    EXPECT_EQ(id("\xc3\xa4"), "");
}

TEST(HeadParser, LimitsTheHead) {
    const HeadLimits limits{.max_bytes = 100, .max_fields = 3};
    const auto status = [&](const std::string& bytes) {
        const auto head = parse(bytes, limits);
        return head.state == State::invalid ? head.error.status : 0;
    };
    EXPECT_EQ(status("GET /" + std::string(100, 'a')), 414);
    EXPECT_EQ(status("GET /" + std::string(100, 'a') + " HTTP/1.1\r\n"), 414);
    EXPECT_EQ(status(with("A: " + std::string(100, 'a'))), 431);
    EXPECT_EQ(status(with("A: " + std::string(100, 'a') + "\r\n")), 431);
    EXPECT_EQ(status(with("A: b\r\nB: c\r\n")), 0);
    EXPECT_EQ(status(with("A: b\r\nB: c\r\nC: d\r\n")), 431);
    const auto exact = with("A: " + std::string(100 - with("A: \r\n").size(), 'a') + "\r\n");
    EXPECT_EQ(exact.size(), 100U);
    EXPECT_EQ(parse(exact + std::string(500, 'x'), limits).state, State::complete);
}

TEST(HeadParser, FindsTheFieldsOfProxies) {
    const auto forwarded = [](std::string_view lines) {
        return parse("GET / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n")
            .request.forwarded;
    };
    EXPECT_FALSE(forwarded("X-Forwarded: x\r\nX-Forwarded-Forx: x\r\n"));
    for (const auto* name :
         {"forwarded", "X-Forwarded-For", "X-FORWARDED-PROTO", "X-Forwarded-Host"})
        EXPECT_TRUE(forwarded(std::string(name) + ": \r\n")) << name;
    EXPECT_TRUE(parse("GET / HTTP/1.1\r\nForwarded: for=a\r\nHost : a\r\n\r\n").request.forwarded);
}

TEST(HeadParser, ReusesTheMemoryOfTheLastFields) {
    auto first = parse(with("A: b\r\nB: c\r\n"));
    const auto* memory = first.request.fields.data();
    const auto bytes = with("C: d\r\n");
    const auto second = parse_head(bytes, {}, std::move(first.request));
    EXPECT_EQ(second.request.fields.data(), memory);
    EXPECT_EQ(second.request.fields.size(), 2U);
    EXPECT_FALSE(second.request.has("A"));
}

}  // namespace
}  // namespace cameo::http
