// Pictures of the size that phones take: 24 megapixels of any format, 50 of a baseline JPEG.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "image/heif_files_testing.h"
#include "image/in_process_renderer.h"
#include "image/pictures_testing.h"

namespace cameo::image {
namespace {

using namespace test;

constexpr int kWidth = 5'712;  // what phones make of 48 megapixels
constexpr int kHeight = 4'284;

// The left half is red, the right one blue.
Rgb halves(int width, int height) {
    Rgb picture(width, height);
    for (int x = 0; x < width; ++x) picture.at(x, 0)[x < width / 2 ? 0 : 2] = 200;
    for (int y = 1; y < height; ++y)
        std::copy_n(picture.at(0, 0), std::ptrdiff_t{3} * width, picture.at(0, y));
    return picture;
}

Result<photo::RenderedPhoto> render(const Bytes& file, PhotoStorage storage) {
    InProcessRenderer renderer({});
    return renderer.render(file, {storage}, Deadline::max());
}

void expect_halves(const Bytes& file, const char* what) {
    EXPECT_LE(file.size(), 4'000'000U) << what;
    const auto photo = render(file, PhotoStorage::directory);
    ASSERT_TRUE(photo) << what << ": " << photo.error().detail;
    const Rgb shown = decoded(photo->items.back().jpeg);
    EXPECT_NEAR(shown.at(shown.width / 4, shown.height / 2)[0], 200, 6) << what;
    EXPECT_NEAR(shown.at(shown.width * 3 / 4, shown.height / 2)[2], 200, 6) << what;
}

TEST(LargePictures, TwentyFourMegapixelsOfEveryFormatAreTaken) {
    const Rgb picture = halves(kWidth, kHeight);
    expect_halves(jpeg_of(picture), "baseline JPEG");
    expect_halves(jpeg_of(picture, {.progressive = true}), "progressive JPEG");
    expect_halves(file_of(picture, ".png[compression=1]"), "PNG");
    expect_halves(file_of(picture, ".webp"), "WebP");
}

// As cameras make them: tiles of 512x512. Those of each half are one item here.
TEST(LargePictures, TwentyFourMegapixelsInTilesAreTaken) {
    for (const char* suffix : {".heic", ".avif"}) {
        HeifBuilder tiles = heif_file(suffix);
        tiles.primary = 3;
        Rgb red(512, 512);
        Rgb blue(512, 512);
        for (std::size_t i = 0; i < red.samples.size(); i += 3)
            red.samples[i] = blue.samples[i + 2] = 200;
        tiles.add_coded(1, file_of(red, suffix), {}, true);
        tiles.add_coded(2, file_of(blue, suffix), {}, true);
        constexpr int kColumns = 12;
        constexpr int kRows = 9;
        std::vector<std::uint16_t> ids;
        for (int i = 0; i < kColumns * kRows; ++i)
            ids.push_back(i % kColumns < kColumns / 2 ? 1 : 2);
        tiles.add_derived(3, "grid", grid(kRows, kColumns, kWidth, kHeight), ids,
                          {ispe(kWidth, kHeight), box("irot", {2})});
        const auto photo = render(tiles.build(), PhotoStorage::directory);
        ASSERT_TRUE(photo) << suffix << photo.error().detail;
        const Rgb shown = decoded(photo->items.back().jpeg);
        EXPECT_NEAR(shown.at(shown.width / 4, shown.height / 2)[2], 200, 6) << suffix;
        EXPECT_NEAR(shown.at(shown.width * 3 / 4, shown.height / 2)[0], 200, 6) << suffix;
    }
}

// Its edges are inside of blocks, so it is decoded at its full size.
TEST(LargePictures, ASquareOfFiftyMegapixelsIsTaken) {
    InProcessRenderer renderer({});
    for (const int across : {1, 2}) {
        const Bytes file = jpeg_of(halves(8'192, 6'144), {.across = across, .down = across});
        const auto photo =
            renderer.render(file, {.crop = photo::Crop{1'025, 1, 6'143, 90}}, Deadline::max());
        EXPECT_FALSE(photo) << "the rotated picture is 6144 pixels wide";
        const auto square =
            renderer.render(file, {.crop = photo::Crop{1'025, 1, 6'143}}, Deadline::max());
        ASSERT_TRUE(square) << square.error().detail;
        const Rgb shown = decoded(square->items.back().jpeg);
        EXPECT_NEAR(shown.at(shown.width / 4, shown.height / 2)[0], 200, 6);
        EXPECT_NEAR(shown.at(shown.width * 3 / 4, shown.height / 2)[2], 200, 6);
    }
}

TEST(LargePictures, SensorsOfFiftyMegapixelsAreTaken) {
    expect_halves(jpeg_of(halves(8'192, 6'144)), "8192x6144");
    EXPECT_FALSE(render(jpeg_of(halves(8'192, 6'145)), PhotoStorage::mailbox));
}

}  // namespace
}  // namespace cameo::image
