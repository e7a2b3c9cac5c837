#include "image/orientation.h"

#include <gtest/gtest.h>

#include "image/in_process_renderer.h"
#include "image/test_pictures.h"

namespace cameo::image {
namespace {

using namespace test;

class EveryOrientation : public testing::TestWithParam<int> {
  protected:
    Orientation orientation() const { return static_cast<Orientation>(GetParam()); }

    photo::RenderedPhoto render(const Rgb& upright, JpegOptions options, PhotoStorage storage) {
        options.orientation = orientation();
        InProcessRenderer renderer({});
        auto photo = renderer.render(jpeg_of(stored(upright, orientation()), options), storage,
                                     Deadline::max());
        EXPECT_TRUE(photo) << photo.error().detail;
        return photo ? *photo : photo::RenderedPhoto{};
    }
};

TEST_P(EveryOrientation, StandsUprightInEverySizeOfAMailbox) {
    const Rgb upright = draw(300, 261);
    const auto photo = render(upright, {}, PhotoStorage::mailbox);
    ASSERT_EQ(sizes_of(photo),
              (std::vector<std::string>{"48x48", "64x64", "96x96", "120x120", "240x240"}));
    for (const auto& item : photo.items) {
        const Rgb expected = resampled(centre(upright), item.size.width, item.size.height);
        EXPECT_GT(psnr(decoded(item.jpeg), expected), psnr(as_rendition(expected), expected) - 0.7)
            << item.size.width;
    }
}

// Odd sides: the chroma of a mirrored picture begins half a sample outside.
TEST_P(EveryOrientation, KeepsChromaInPlaceAtTheOwnSizeOfADirectoryPhoto) {
    const Rgb upright = draw(101, 75);
    for (const auto& [across, down] : {std::pair{2, 2}, {1, 1}, {2, 1}}) {
        const auto photo =
            render(upright, {.across = across, .down = down}, PhotoStorage::directory);
        ASSERT_EQ(sizes_of(photo), (std::vector<std::string>{"48x48", "64x64", "101x75"}));
        const Rgb own = decoded(photo.items.back().jpeg);
        EXPECT_GT(psnr(own, upright), 29);
        EXPECT_NEAR(centre_of_red(own)[0], centre_of_red(upright)[0], 0.12) << across << down;
        EXPECT_NEAR(centre_of_red(own)[1], centre_of_red(upright)[1], 0.12) << across << down;
    }
}

INSTANTIATE_TEST_SUITE_P(Exif, EveryOrientation, testing::Range(1, 9));

TEST(Orientation, OfASizeAndARegionGoesThereAndBack) {
    EXPECT_EQ(turned({30, 20}, Orientation::half_turn), (photo::Size{30, 20}));
    EXPECT_EQ(turned({30, 20}, Orientation::quarter_left), (photo::Size{20, 30}));
    const Region part = unturned({1, 2, 5, 6}, {30, 20}, Orientation::quarter_right);
    // Upright, the picture is 20 wide; the part ends 14 pixels from its right side, which is the
    // bottom of what is stored.
    EXPECT_EQ(part.left, 2);
    EXPECT_EQ(part.top, 14);
    EXPECT_EQ(part.width, 6);
    EXPECT_EQ(part.height, 5);
}

}  // namespace
}  // namespace cameo::image
