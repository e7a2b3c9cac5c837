#include "image_worker/protocol.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

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

RenderRequest echoed(const RenderRequest& request) {
    const auto decoded = decode(encode(request));
    EXPECT_TRUE(decoded) << decoded.error().detail;
    return decoded.value_or(RenderRequest{});
}

TEST(Protocol, ARequestKeepsItsOptionsAndItsLimits) {
    const photo::Crop crop{70'000, 3, 65'536, 270};
    const RenderRequest request{{.storage = PhotoStorage::directory, .crop = crop},
                                {.bytes = 5,
                                 .crop_bytes = 9,
                                 .side = 1,
                                 .baseline_jpeg_pixels = 2,
                                 .other_pixels = 3,
                                 .directory_side = 4},
                                9};
    const auto same = echoed(request);
    EXPECT_EQ(same.options.storage, PhotoStorage::directory);
    EXPECT_EQ(same.options.crop, crop);
    EXPECT_FALSE(same.options.is_preview);
    EXPECT_EQ(same.limits.bytes, 5U);
    EXPECT_EQ(same.limits.crop_bytes, 9U);
    EXPECT_EQ(same.limits.side, 1);
    EXPECT_EQ(same.limits.baseline_jpeg_pixels, 2U);
    EXPECT_EQ(same.limits.other_pixels, 3U);
    EXPECT_EQ(same.limits.directory_side, 4);
    EXPECT_EQ(same.upload_bytes, 9U);
    EXPECT_FALSE(echoed({}).options.crop);
    EXPECT_TRUE(echoed({.options = {.is_preview = true}}).options.is_preview);
    EXPECT_FALSE(decode(encode(RenderRequest{{}, {.bytes = 5}, 6})));
}

Bytes jpeg() { return {0xFF, 0xD8, 0xFF, 0xFF, 0xD9}; }

// Whether the server takes a response with these sizes.
bool is_taken(const RenderRequest& request, photo::Size picture,
              const std::vector<photo::Size>& sizes) {
    photo::RenderedPhoto photo{.items = {}, .picture = picture};
    for (const auto size : sizes) photo.items.push_back({size, jpeg()});
    const Bytes bytes = encode(Result<photo::RenderedPhoto>(photo));
    ResponseBytes head{};
    std::copy_n(bytes.begin(), head.size(), head.begin());
    const auto header = decode(head, request);
    if (!header) return false;
    const auto response = decode_body(*header, ByteView(bytes).subspan(kResponseBytes), request);
    EXPECT_TRUE(!response.valid || response.result->picture == picture);
    return response.valid;
}

TEST(Protocol, ThePhotoOfACropIsNotLargerThanTheCrop) {
    const RenderRequest request{.options = {.crop = photo::Crop{0, 0, 70}}};
    EXPECT_TRUE(is_taken(request, {300, 200}, {{48, 48}, {64, 64}}));
    EXPECT_FALSE(is_taken(request, {300, 200}, {{48, 48}, {64, 64}, {96, 96}}));
    EXPECT_FALSE(is_taken(request, {300, 0}, {{48, 48}, {64, 64}}));
    EXPECT_FALSE(is_taken(request, {16'385, 200}, {{48, 48}, {64, 64}}));
}

TEST(Protocol, APreviewIsOneWholePicture) {
    const RenderRequest request{.options = {.is_preview = true}};
    EXPECT_TRUE(is_taken(request, {4'000, 3'000}, {{1'600, 1'200}}));
    EXPECT_TRUE(is_taken(request, {40, 30}, {{40, 30}}));
    EXPECT_FALSE(is_taken(request, {4'000, 3'000}, {{1'600, 1'600}}));
    EXPECT_FALSE(is_taken(request, {40, 30}, {{48, 48}, {40, 30}}));
    EXPECT_FALSE(is_taken(request, {4'000, 3'000}, {{4'000, 3'000}}));
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
