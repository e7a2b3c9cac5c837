#include <gtest/gtest.h>

#include "image/in_process_renderer.h"
#include "image/test_pictures.h"

namespace cameo::image {
namespace {

using namespace test;

struct Case {
    int across;
    int down;
    int width;
    int height;
};

photo::RenderedPhoto render(const Bytes& file) {
    InProcessRenderer renderer({});
    auto photo = renderer.render(file, PhotoStorage::mailbox, Deadline::max());
    EXPECT_TRUE(photo) << photo.error().detail;
    return photo ? *photo : photo::RenderedPhoto{};
}

class EverySampling : public testing::TestWithParam<Case> {};

TEST_P(EverySampling, GivesTheColoursAndPlacesOfAnExactReduction) {
    const auto [across, down, width, height] = GetParam();
    const Rgb original = draw(width, height);
    const Bytes file = jpeg_of(original, {.across = across, .down = down});
    const Rgb square = centre(decoded(file));
    const auto photo = render(file);
    ASSERT_FALSE(photo.items.empty());
    for (const auto& item : photo.items) {
        const Rgb exact = resampled(square, item.size.width, item.size.height);
        const Rgb best = as_rendition(exact);
        const Rgb got = decoded(item.jpeg);
        EXPECT_GT(psnr(got, exact), psnr(best, exact) - 0.7) << item.size.width;
        // Half of a chroma sample amiss would be 0.5. Below 96 pixels JPEG's own noise is in the
        // way.
        const double tolerance = item.size.width < 96 ? 0.2 : 0.1;
        EXPECT_NEAR(centre_of_red(got)[0], centre_of_red(best)[0], tolerance) << item.size.width;
        EXPECT_NEAR(centre_of_red(got)[1], centre_of_red(best)[1], tolerance) << item.size.width;
    }
}

INSTANTIATE_TEST_SUITE_P(Jpeg, EverySampling,
                         testing::Values(Case{1, 1, 701, 523}, Case{2, 1, 523, 701},
                                         Case{2, 2, 701, 523}, Case{2, 2, 650, 649},
                                         Case{2, 2, 649, 650}, Case{2, 2, 504, 504},
                                         Case{1, 2, 523, 701}, Case{4, 1, 701, 523},
                                         Case{4, 2, 523, 523}, Case{1, 4, 523, 701},
                                         Case{2, 2, 1301, 1299}, Case{2, 1, 1299, 1301},
                                         Case{2, 2, 51, 49}),
                         [](const auto& info) {
                             const Case& c = info.param;
                             return std::to_string(c.across) + std::to_string(c.down) + "_" +
                                    std::to_string(c.width) + "x" + std::to_string(c.height);
                         });

TEST(Sampling, AGreyPictureStaysGrey) {
    const Rgb original = draw(701, 523);
    const auto photo =
        render(jpeg_of(original, {.colours = JpegOptions::Colours::grey, .metadata = true}));
    const Rgb got = decoded(photo.items.back().jpeg);
    for (std::size_t i = 0; i < got.samples.size(); i += 3) {
        ASSERT_EQ(got.samples[i], got.samples[i + 1]);
        ASSERT_EQ(got.samples[i], got.samples[i + 2]);
    }
}

// A full-size decode and one Lanczos reduction is the yardstick; the DCT's own reduction costs
// under a decibel at the size next to it.
TEST(Sampling, AHugePictureIsReducedTruly) {
    const Rgb original = draw(2816, 2112);
    const auto photo = render(jpeg_of(original));
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
