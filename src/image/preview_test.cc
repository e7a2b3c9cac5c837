// Previews: one JPEG of the whole picture, the right way up.
#include <gtest/gtest.h>

#include <string>

#include "image/in_process_renderer.h"
#include "image/pictures_testing.h"

namespace cameo::image {
namespace {

using namespace test;

Result<photo::RenderedPhoto> preview(const Bytes& file, photo::UploadLimits limits = {}) {
    InProcessRenderer renderer(limits);
    return renderer.render(file, {.is_preview = true}, Deadline::max());
}

TEST(Preview, IsTheWholePictureWithALongerSideOf1600) {
    for (const auto& [width, height, shown] : {std::tuple{2'400, 1'800, "1600x1200"},
                                               {900, 3'200, "450x1600"},
                                               {1'600, 20, "1600x20"}}) {
        const Rgb picture = draw(width, height);
        const auto photo = preview(jpeg_of(picture));
        ASSERT_TRUE(photo) << photo.error().detail;
        ASSERT_EQ(sizes_of(*photo), std::vector<std::string>{shown});
        EXPECT_EQ(photo->picture, (photo::Size{width, height}));
        const Rgb got = decoded(photo->items[0].jpeg);
        EXPECT_GT(psnr(got, resampled(picture, got.width, got.height)), 28) << shown;
    }
}

TEST(Preview, IsNotEnlargedAndHasNoLeastSize) {
    for (const char* suffix : {".png", ".webp", ".gif", ".heic", ".avif", ".jpg"}) {
        const auto photo = preview(file_of(draw(60, 40), suffix));
        ASSERT_TRUE(photo) << suffix;
        EXPECT_EQ(sizes_of(*photo), std::vector<std::string>{"60x40"}) << suffix;
    }
}

TEST(Preview, IsTurnedAndTheSizeIsThatOfTheTurnedOriginal) {
    const Rgb upright = draw(300, 200);
    for (int o = 1; o <= 8; ++o) {
        const auto orientation = static_cast<Orientation>(o);
        const auto photo =
            preview(jpeg_of(stored(upright, orientation), {.orientation = orientation}));
        ASSERT_TRUE(photo);
        EXPECT_EQ(photo->picture, (photo::Size{300, 200})) << o;
        EXPECT_GT(psnr(decoded(photo->items[0].jpeg), upright), 28) << o;
    }
}

TEST(Preview, TakesNoCrop) {
    InProcessRenderer renderer({});
    const auto photo = renderer.render(jpeg_of(draw(300, 200)),
                                       {.crop = photo::Crop{9'000, 0, 48, 90}, .is_preview = true},
                                       Deadline::max());
    ASSERT_TRUE(photo);
    EXPECT_EQ(sizes_of(*photo), std::vector<std::string>{"300x200"});
}

TEST(Preview, HasTheLimitsOfAnUpload) {
    const Bytes file = jpeg_of(draw(200, 100));
    EXPECT_EQ(preview(file, {.crop_bytes = 1'000}).error().fault, Fault::too_large);
    EXPECT_TRUE(preview(file, {.bytes = 1'000}));
    EXPECT_EQ(preview(file, {.side = 199}).error().fault, Fault::image_too_large);
    EXPECT_EQ(preview(Bytes(100, 'x')).error().fault, Fault::unsupported_format);
}

}  // namespace
}  // namespace cameo::image
