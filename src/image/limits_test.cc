#include "image/limits.h"

#include <gtest/gtest.h>

#include "image/pictures_testing.h"

namespace cameo::image {
namespace {

const photo::UploadLimits kLimits{};

Bytes picture_of(int side) { return test::jpeg_of(test::draw(side, side)); }

TEST(Limits, APictureWithinThemPasses) {
    EXPECT_TRUE(check_upload(picture_of(100), {PhotoStorage::mailbox}, kLimits));
}

TEST(Limits, CheckUploadReportsTheFaultsOfTheRendererForHeaderAndSize) {
    const auto picture = picture_of(100);
    const auto fault = [&](ByteView upload, photo::UploadLimits limits) {
        const auto checked = check_upload(upload, {PhotoStorage::mailbox}, limits);
        return checked ? Fault::internal : checked.error().fault;
    };
    EXPECT_EQ(fault(as_bytes("no picture"), kLimits), Fault::unsupported_format);
    EXPECT_EQ(fault(ByteView(picture).first(40), kLimits), Fault::invalid_image);
    EXPECT_EQ(fault(picture, {.bytes = 50}), Fault::too_large);
    EXPECT_EQ(fault(picture, {.side = 90}), Fault::image_too_large);
    EXPECT_EQ(fault(picture, {.baseline_jpeg_pixels = 9'999}), Fault::image_too_large);
    EXPECT_EQ(fault(picture_of(40), kLimits), Fault::width_too_small);
}

TEST(Limits, ADirectoryPhotoMayBeSmall) {
    EXPECT_TRUE(check_upload(picture_of(40), {PhotoStorage::directory}, kLimits));
}

}  // namespace
}  // namespace cameo::image
