#include "graph/request_context.h"

#include <gtest/gtest.h>

namespace cameo::graph {
namespace {

TEST(RequestBody, ADeclaredLengthOverTheLimitIsNamedBesideIt) {
    const http::Request request{.fields = {{"Content-Length", "5000000"}},
                                .body_state = http::BodyState::too_large};
    const auto body = read_body(request, 4'000'000);
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().fault, Fault::too_large);
    EXPECT_EQ(body.error().detail, "The body has 5000000 bytes; the limit is 4000000 bytes.");
}

TEST(RequestBody, AChunkedBodyOverTheLimitHasNoLengthToName) {
    const http::Request request{.body_state = http::BodyState::too_large};
    const auto body = read_body(request, 10);
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().detail, "The body is larger than the limit of 10 bytes.");
}

TEST(RequestBody, AnotherCodingThanGzipIsNotTaken) {
    const http::Request request{.fields = {{"Content-Encoding", "br"}},
                                .body_state = http::BodyState::complete,
                                .body = "x"};
    const auto body = read_body(request, 10);
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().fault, Fault::unsupported_format);
}

TEST(RequestBody, APlainBodyIsTakenAsItIs) {
    const http::Request request{.body_state = http::BodyState::complete, .body = "picture"};
    const auto body = read_body(request, 7);
    ASSERT_TRUE(body);
    EXPECT_EQ(body->view(), "picture");
    EXPECT_EQ(body->view().data(), request.body.data());  // not copied
}

}  // namespace
}  // namespace cameo::graph
