#include "image/picture.h"

#include <gtest/gtest.h>

#include "image/in_process_renderer.h"
#include "image/pictures_testing.h"

namespace cameo::image {
namespace {

using namespace test;

class EveryOrientation : public testing::TestWithParam<int> {
  protected:
    Orientation orientation() const { return static_cast<Orientation>(GetParam()); }

    photo::RenderedPhoto render(const Rgb& upright, JpegOptions options, PhotoStorage storage) {
        options.orientation = orientation();
        InProcessRenderer renderer({});
        auto photo = renderer.render(jpeg_of(stored(upright, orientation()), options), {storage},
                                     Deadline::max());
        EXPECT_TRUE(photo) << photo.error().detail;
        return photo ? *photo : photo::RenderedPhoto{};
    }
};

TEST_P(EveryOrientation, GivesAnUprightPictureInEverySizeOfAMailbox) {
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

// Odd sides: the chroma of a mirrored picture begins half a sample outside the picture.
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

TEST(Orientation, SizesAndRegionsAreConvertedBetweenStoredAndUpright) {
    EXPECT_EQ(oriented({30, 20}, Orientation::rotated_180), (photo::Size{30, 20}));
    EXPECT_EQ(oriented({30, 20}, Orientation::rotated_270), (photo::Size{20, 30}));
    const Region part = stored_region({1, 2, 5, 6}, {30, 20}, Orientation::rotated_90);
    // Upright, the picture is 20 pixels wide; the part ends 14 pixels from its right side, which is
    // the bottom of the stored picture.
    EXPECT_EQ(part.left, 2);
    EXPECT_EQ(part.top, 14);
    EXPECT_EQ(part.width, 6);
    EXPECT_EQ(part.height, 5);
}

struct Sampling {
    int across;
    int down;
    int width;
    int height;
};

photo::RenderedPhoto render_for_mailbox(const Bytes& file) {
    InProcessRenderer renderer({});
    auto photo = renderer.render(file, {PhotoStorage::mailbox}, Deadline::max());
    EXPECT_TRUE(photo) << photo.error().detail;
    return photo ? *photo : photo::RenderedPhoto{};
}

class EverySampling : public testing::TestWithParam<Sampling> {};

TEST_P(EverySampling, MatchesTheColoursAndPositionsOfAnExactReduction) {
    const auto [across, down, width, height] = GetParam();
    const Rgb original = draw(width, height);
    const Bytes file = jpeg_of(original, {.across = across, .down = down});
    const Rgb square = centre(decoded(file));
    const auto photo = render_for_mailbox(file);
    ASSERT_FALSE(photo.items.empty());
    for (const auto& item : photo.items) {
        const Rgb exact = resampled(square, item.size.width, item.size.height);
        const Rgb best = as_rendition(exact);
        const Rgb got = decoded(item.jpeg);
        EXPECT_GT(psnr(got, exact), psnr(best, exact) - 0.7) << item.size.width;
        // An offset of half a chroma sample would be 0.5. Below 96 pixels JPEG's own noise hides
        // smaller ones.
        const double tolerance = item.size.width < 96 ? 0.2 : 0.1;
        EXPECT_NEAR(centre_of_red(got)[0], centre_of_red(best)[0], tolerance) << item.size.width;
        EXPECT_NEAR(centre_of_red(got)[1], centre_of_red(best)[1], tolerance) << item.size.width;
    }
}

INSTANTIATE_TEST_SUITE_P(Jpeg, EverySampling,
                         testing::Values(Sampling{1, 1, 701, 523}, Sampling{2, 1, 523, 701},
                                         Sampling{2, 2, 701, 523}, Sampling{2, 2, 650, 649},
                                         Sampling{2, 2, 649, 650}, Sampling{2, 2, 504, 504},
                                         Sampling{1, 2, 523, 701}, Sampling{4, 1, 701, 523},
                                         Sampling{4, 2, 523, 523}, Sampling{1, 4, 523, 701},
                                         Sampling{2, 2, 1301, 1299}, Sampling{2, 1, 1299, 1301},
                                         Sampling{2, 2, 51, 49}),
                         [](const auto& info) {
                             const Sampling& c = info.param;
                             return std::to_string(c.across) + std::to_string(c.down) + "_" +
                                    std::to_string(c.width) + "x" + std::to_string(c.height);
                         });

TEST(Sampling, AGreyPictureStaysGrey) {
    const Rgb original = draw(701, 523);
    const auto photo = render_for_mailbox(
        jpeg_of(original, {.colours = JpegOptions::Colours::grey, .metadata = true}));
    const Rgb got = decoded(photo.items.back().jpeg);
    for (std::size_t i = 0; i < got.samples.size(); i += 3) {
        ASSERT_EQ(got.samples[i], got.samples[i + 1]);
        ASSERT_EQ(got.samples[i], got.samples[i + 2]);
    }
}

// The reference is a full-size decode and one Lanczos reduction; the DCT's own reduction costs
// under a decibel at the size next to it.
TEST(Sampling, AHugePictureIsReducedWithinADecibel) {
    const Rgb original = draw(2816, 2112);
    const auto photo = render_for_mailbox(jpeg_of(original));
    const Rgb square = centre(original);
    for (const std::size_t i : {0U, 4U, 8U}) {
        const auto& item = photo.items[i];
        const Rgb exact = resampled(square, item.size.width, item.size.height);
        EXPECT_GT(psnr(decoded(item.jpeg), exact), psnr(as_rendition(exact), exact) - 1)
            << item.size.width;
    }
}

}  // namespace
}  // namespace cameo::image
