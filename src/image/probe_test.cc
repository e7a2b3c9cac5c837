#include "image/probe.h"

#include <gtest/gtest.h>

#include "image/portrait.h"

namespace cameo::image {
namespace {

const photo::UploadLimits kLimits{};

TEST(Probe, APictureWithinTheLimitsPasses) {
    EXPECT_TRUE(probe(draw_portrait(100, 1), PhotoStorage::mailbox, kLimits));
}

TEST(Probe, SaysWhatTheStudioWouldSayOfHeadAndSize) {
    const auto picture = draw_portrait(100, 1);
    const auto fault = [&](ByteView upload, photo::UploadLimits limits) {
        const auto probed = probe(upload, PhotoStorage::mailbox, limits);
        return probed ? Fault::not_in_memory : probed.error().fault;
    };
    EXPECT_EQ(fault(as_bytes("no picture"), kLimits), Fault::unsupported_format);
    EXPECT_EQ(fault(ByteView(picture).first(40), kLimits), Fault::invalid_image);
    EXPECT_EQ(fault(picture, {.bytes = 50}), Fault::too_large);
    EXPECT_EQ(fault(picture, {.side = 90}), Fault::image_too_large);
    EXPECT_EQ(fault(picture, {.baseline_jpeg_pixels = 9'999}), Fault::image_too_large);
    EXPECT_EQ(fault(draw_portrait(40, 1), kLimits), Fault::width_too_small);
}

TEST(Probe, ADirectoryPhotoMayBeSmall) {
    EXPECT_TRUE(probe(draw_portrait(40, 1), PhotoStorage::directory, kLimits));
}

}  // namespace
}  // namespace cameo::image
