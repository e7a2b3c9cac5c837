#include "image_worker/protocol.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace cameo::image_worker {
namespace {

// What the server makes of the worker's response.
Error sent(const Error& error) {
    const Bytes bytes = encode(Result<photo::RenderedPhoto>(std::unexpected(error)));
    ResponseBytes head{};
    std::copy_n(bytes.begin(), head.size(), head.begin());
    const auto header = decode(head, {});
    EXPECT_TRUE(header) << header.error().detail;
    if (!header) return {};
    EXPECT_EQ(header->body_bytes, bytes.size() - kResponseBytes);
    const auto response = decode_body(*header, ByteView(bytes).subspan(kResponseBytes), {});
    EXPECT_TRUE(response.valid);
    EXPECT_FALSE(response.result);
    return response.result.error();
}

TEST(Protocol, AnErrorKeepsItsDetailAndItsCause) {
    const Error error = sent({Fault::invalid_image, "The PNG is damaged.", "IDAT: CRC error"});
    EXPECT_EQ(error.fault, Fault::invalid_image);
    EXPECT_EQ(error.detail, "The PNG is damaged.");
    EXPECT_EQ(error.cause, "IDAT: CRC error");
    EXPECT_EQ(sent({Fault::invalid_image, "No cause."}).cause, "");
}

TEST(Protocol, DetailAndCauseAreBoundedAndPrintable) {
    const Error error = sent({Fault::invalid_image, "a\nb\x1B[2J" + std::string(600, 'd'),
                              "c\nd\xFF" + std::string(600, 'e')});
    EXPECT_EQ(error.detail.size(), kMaxDetailBytes);
    EXPECT_TRUE(error.detail.starts_with("a?b?[2Jd")) << error.detail;
    EXPECT_EQ(error.cause.size(), kMaxCauseBytes);
    EXPECT_TRUE(error.cause.starts_with("c?d?e")) << error.cause;
}

// A worker that was taken over sends what it likes.
TEST(Protocol, TheServerBoundsWhatAWorkerSends) {
    const std::string body = std::string(650, 'd') + "\n\x1B]0;" + std::string(40, 'e');
    const auto response =
        decode_body({.fault = Fault::invalid_image, .body_bytes = body.size()}, as_bytes(body), {});
    ASSERT_TRUE(response.valid);
    EXPECT_EQ(response.result.error().detail, std::string(kMaxDetailBytes, 'd'));
    EXPECT_EQ(response.result.error().cause, "?]0;" + std::string(40, 'e'));

    ResponseBytes head{};
    const Bytes bytes = encode(Result<photo::RenderedPhoto>(fail(Fault::invalid_image, "x")));
    std::copy_n(bytes.begin(), head.size(), head.begin());
    head[13] = 0x03;  // 769 bytes follow
    EXPECT_FALSE(decode(head, {}));
}

}  // namespace
}  // namespace cameo::image_worker
