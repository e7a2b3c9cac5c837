// Crops: the renditions of a square are those of an upload of its pixels alone. Each result is
// compared with a square that plain loops take out of the picture.
#include "photo/crop.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "image/in_process_renderer.h"
#include "image/pictures_testing.h"

namespace cameo::image {
namespace {

using namespace test;
using photo::Crop;

Result<photo::RenderedPhoto> render(const Bytes& file, const Crop& crop,
                                    PhotoStorage storage = PhotoStorage::directory) {
    InProcessRenderer renderer({});
    return renderer.render(file, {.storage = storage, .crop = crop}, Deadline::max());
}

Error error_of(const Bytes& file, const Crop& crop) {
    const auto photo = render(file, crop);
    EXPECT_FALSE(photo);
    return photo ? Error{Fault::internal, "taken"} : photo.error();
}

Rgb rotated(const Rgb& picture, std::uint32_t degrees) {
    if (degrees == 0) return picture;
    Rgb turned(picture.height, picture.width);
    for (int y = 0; y < turned.height; ++y)
        for (int x = 0; x < turned.width; ++x)
            std::copy_n(picture.at(y, picture.height - 1 - x), 3, turned.at(x, y));
    return rotated(turned, degrees - 90);
}

// `picture` is the right way up.
Rgb square_of(const Rgb& picture, const Crop& crop) {
    const Rgb turned = rotated(picture, crop.rotate);
    const int side = static_cast<int>(crop.side);
    Rgb square(side, side);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x)
            std::copy_n(turned.at(static_cast<int>(crop.x) + x, static_cast<int>(crop.y) + y), 3,
                        square.at(x, y));
    return square;
}

// Every pixel has a colour of its own.
Rgb positions(int width, int height) {
    Rgb picture(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            picture.at(x, y)[0] = static_cast<std::uint8_t>(x);
            picture.at(x, y)[1] = static_cast<std::uint8_t>(y);
            picture.at(x, y)[2] = static_cast<std::uint8_t>(16 * (x >> 8) + (y >> 8));
        }
    return picture;
}

void expect_same(const photo::RenderedPhoto& photo, const photo::RenderedPhoto& expected,
                 const std::string& what) {
    ASSERT_EQ(sizes_of(photo), sizes_of(expected)) << what;
    for (std::size_t i = 0; i < photo.items.size(); ++i)
        EXPECT_TRUE(photo.items[i].jpeg == expected.items[i].jpeg) << what << ' ' << i;
}

// A rotation comes after the reduction, whose rounding depends on the order of the axes.
void expect_alike(const photo::RenderedPhoto& photo, const photo::RenderedPhoto& expected,
                  const std::string& what) {
    ASSERT_EQ(sizes_of(photo), sizes_of(expected)) << what;
    for (std::size_t i = 0; i < photo.items.size(); ++i)
        EXPECT_GT(psnr(decoded(photo.items[i].jpeg), decoded(expected.items[i].jpeg)), 42)
            << what << ' ' << i;
}

TEST(Crop, ALosslessPictureGivesTheBytesOfAnUploadOfTheSquare) {
    InProcessRenderer renderer({});
    const Rgb picture = positions(331, 270);
    for (const std::string suffix : {".png", ".png[interlace=1]", ".webp[lossless=1]"}) {
        const Bytes file = file_of(picture, suffix);
        for (const auto storage : {PhotoStorage::mailbox, PhotoStorage::directory})
            for (const Crop& crop : {Crop{0, 0, 48}, Crop{1, 0, 101, 90}, Crop{13, 26, 200, 180},
                                     Crop{7, 31, 161, 270}, Crop{61, 0, 270}, Crop{0, 61, 270, 90},
                                     Crop{283, 222, 48, 180}, Crop{222, 283, 48, 270},
                                     Crop{33, 1, 161}, Crop{282, 221, 49}}) {
                const auto photo = render(file, crop, storage);
                ASSERT_TRUE(photo) << photo.error().detail;
                EXPECT_EQ(photo->picture, (photo::Size{331, 270}));
                const auto expected = renderer.render(file_of(square_of(picture, crop), ".png"),
                                                      {storage}, Deadline::max());
                ASSERT_TRUE(expected);
                const auto what = suffix + " " + photo::to_string(crop);
                if (crop.rotate == 0)
                    expect_same(*photo, *expected, what);
                else
                    expect_alike(*photo, *expected, what);
            }
    }
}

// The square next to it is much less like the result.
void expect_square(const Bytes& file, const Rgb& upright, const Crop& crop, const std::string& what,
                   double least = 28) {
    const auto photo = render(file, crop);
    ASSERT_TRUE(photo) << what << photo.error().detail;
    const Rgb got = decoded(photo->items.back().jpeg);
    const double right = psnr(got, square_of(upright, crop));
    EXPECT_GT(right, least) << what;
    for (const auto& [x, y] : {std::pair{1, 0}, {0, 1}}) {
        const Crop beside{crop.x + static_cast<std::uint32_t>(x),
                          crop.y + static_cast<std::uint32_t>(y), crop.side, crop.rotate};
        EXPECT_GT(right, psnr(got, square_of(upright, beside)) + 1) << what;
    }
}

TEST(Crop, OrientationThenRotationThenTheSquareInJpegsOfEverySampling) {
    const Rgb upright = draw(420, 310);
    for (const auto& [across, down] : {std::pair{1, 1}, {2, 1}, {2, 2}, {1, 2}, {4, 1}})
        for (int o = 1; o <= 8; ++o) {
            const auto orientation = static_cast<Orientation>(o);
            const Bytes file =
                jpeg_of(stored(upright, orientation),
                        {.across = across, .down = down, .orientation = orientation});
            for (const std::uint32_t rotate : {0U, 90U, 180U, 270U})
                for (const Crop& crop : {Crop{33, 26, 201, rotate}, Crop{50, 7, 160, rotate}})
                    expect_square(file, upright, crop,
                                  "sampling " + std::to_string(across) + std::to_string(down) +
                                      " orientation " + std::to_string(o) + " rotate " +
                                      std::to_string(rotate));
        }
}

// A pattern without a period, of the two colours that quantizing to a palette keeps apart.
Rgb cells(int width, int height) {
    Rgb picture(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            std::fill_n(picture.at(x, y), 3,
                        (x / 5 * 7 + y / 5 * 13 + x * y / 150) % 3 == 0 ? 255 : 0);
    return picture;
}

TEST(Crop, EveryOtherFormatAndCodingIsCropped) {
    const Rgb upright = draw(420, 310);
    using Colours = JpegOptions::Colours;
    std::vector<std::pair<std::string, Bytes>> files;
    for (const char* suffix : {".webp", ".heic", ".avif", ".png[bitdepth=16]"})
        files.emplace_back(suffix, file_of(upright, suffix));
    files.emplace_back("progressive", jpeg_of(upright, {.progressive = true}));
    files.emplace_back("RGB", jpeg_of(upright, {.across = 1, .down = 1, .colours = Colours::rgb}));
    files.emplace_back("P3 as sRGB", jpeg_of(upright, {.profile = srgb_profile()}));
    for (const auto& [name, file] : files)
        for (const std::uint32_t rotate : {0U, 90U, 180U, 270U})
            expect_square(file, upright, {33, 26, 201, rotate}, name, 24);
    const Rgb pattern = cells(420, 310);
    const Bytes gif = file_of(pattern, ".gif");
    for (const std::uint32_t rotate : {0U, 90U, 180U, 270U})
        expect_square(gif, pattern, {33, 26, 201, rotate}, "GIF", 18);
}

// The chroma of a square that begins at an odd pixel lies between the samples of the file.
TEST(Crop, TheChromaOfAnOddSquareStaysInItsPlace) {
    for (const std::uint32_t x : {40U, 41U, 42U, 43U})
        for (const int o : {1, 2, 3, 6}) {
            const auto orientation = static_cast<Orientation>(o);
            Rgb upright(300, 240);
            std::ranges::fill(upright.samples, std::uint8_t{128});
            for (int row = 90; row < 130; ++row)
                for (int column = 110; column < 150; ++column) upright.at(column, row)[0] = 250;
            const Crop crop{x, x + 1, 151};
            const Bytes file = jpeg_of(stored(upright, orientation), {.orientation = orientation});
            const auto photo = render(file, crop);
            ASSERT_TRUE(photo);
            const auto centre = centre_of_red(decoded(photo->items.back().jpeg));
            const auto expected = centre_of_red(square_of(upright, crop));
            EXPECT_NEAR(centre[0], expected[0], 0.15) << x << " orientation " << o;
            EXPECT_NEAR(centre[1], expected[1], 0.15) << x << " orientation " << o;
        }
}

// Red on the left of `edge`, blue from there.
Rgb halves(int width, int height, int edge) {
    Rgb picture(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) picture.at(x, y)[x < edge ? 0 : 2] = 255;
    return picture;
}

// A DCT at half the size would mix the pixels on both sides of an edge within a block.
TEST(Crop, NothingOutsideTheSquareIsSeen) {
    for (const int edge : {1'200, 1'204, 1'207}) {
        const Rgb picture = halves(2'600, 1'400, edge);
        for (const Bytes& file : {jpeg_of(picture, {.across = 1, .down = 1, .quality = 100}),
                                  file_of(picture, ".png")}) {
            const auto photo =
                render(file, {static_cast<std::uint32_t>(edge), 0, 1'376}, PhotoStorage::mailbox);
            ASSERT_TRUE(photo);
            for (const auto& item : photo->items) {
                const Rgb shown = decoded(item.jpeg);
                for (int y = 0; y < shown.height; ++y)
                    ASSERT_LE(shown.at(0, y)[0], 4) << edge << ' ' << item.size.width;
            }
        }
    }
}

// What a decode at a reduced scale gives is what the same square gives as its own file.
TEST(Crop, ASquareOfWholeBlocksIsDecodedAtAReducedScale) {
    const Rgb picture = draw(2'880, 2'720);
    const Crop crop{1'296, 32, 1'584};
    const auto photo = render(jpeg_of(picture), crop, PhotoStorage::mailbox);
    ASSERT_TRUE(photo);
    InProcessRenderer renderer({});
    const auto expected = renderer.render(jpeg_of(square_of(picture, crop)),
                                          {PhotoStorage::mailbox}, Deadline::max());
    ASSERT_TRUE(expected);
    expect_same(*photo, *expected, "1584");
}

TEST(Crop, TheSizesAreThoseOfAnUploadOfTheSquare) {
    const Bytes file = jpeg_of(draw(900, 700));
    const auto mailbox = render(file, {10, 10, 130}, PhotoStorage::mailbox);
    ASSERT_TRUE(mailbox);
    EXPECT_EQ(sizes_of(*mailbox), (std::vector<std::string>{"48x48", "64x64", "96x96", "120x120"}));
    const auto directory = render(file, {10, 10, 130, 90});
    ASSERT_TRUE(directory);
    EXPECT_EQ(sizes_of(*directory),
              (std::vector<std::string>{"48x48", "64x64", "96x96", "120x120", "130x130"}));
    InProcessRenderer small({.directory_side = 100});
    const auto bounded = small.render(
        file, {.storage = PhotoStorage::directory, .crop = Crop{0, 0, 700}}, Deadline::max());
    ASSERT_TRUE(bounded);
    EXPECT_EQ(sizes_of(*bounded), (std::vector<std::string>{"48x48", "64x64", "96x96", "100x100"}));
}

TEST(Crop, ASquareOutsideIsMalformedWithTheMeasuredSize) {
    const Bytes lying =
        jpeg_of(draw(300, 200), {.orientation = Orientation::rotated_90});  // 200x300
    for (const auto& [crop, size] : std::vector<std::pair<Crop, std::string>>{
             {{153, 0, 48}, "200x300"},
             {{0, 253, 48}, "200x300"},
             {{0, 0, 201}, "200x300"},
             {{0, 153, 48, 90}, "300x200"},
             {{253, 0, 48, 270}, "300x200"},
             {{4'294'967'295, 0, 4'294'967'295}, "200x300"}}) {
        const Error error = error_of(lying, crop);
        EXPECT_EQ(error.fault, Fault::malformed);
        EXPECT_NE(error.detail.find(size), std::string::npos) << error.detail;
    }
    EXPECT_TRUE(render(lying, {152, 252, 48}));
    EXPECT_TRUE(render(lying, {252, 152, 48, 90}));
    EXPECT_EQ(error_of(lying, {0, 0, 47}).fault, Fault::malformed);
    EXPECT_EQ(error_of(lying, {0, 0, 0}).fault, Fault::malformed);
    for (const char* suffix : {".png", ".webp", ".gif", ".heic", ".avif"})
        EXPECT_EQ(error_of(file_of(draw(300, 200), suffix), {0, 0, 201}).fault, Fault::malformed)
            << suffix;
    // The least side of a mailbox photo is that of the square.
    EXPECT_EQ(render(jpeg_of(draw(47, 300)), {0, 0, 48}, PhotoStorage::mailbox).error().fault,
              Fault::malformed);
}

TEST(Crop, ItsUploadHasALimitOfItsOwn) {
    const Bytes file = jpeg_of(draw(200, 200));
    InProcessRenderer renderer({.bytes = 10, .crop_bytes = file.size()});
    EXPECT_TRUE(renderer.render(file, {.crop = Crop{0, 0, 100}}, Deadline::max()));
    EXPECT_EQ(renderer.render(file, {}, Deadline::max()).error().fault, Fault::too_large);
    InProcessRenderer stricter({.bytes = 10, .crop_bytes = file.size() - 1});
    const auto refused = stricter.render(file, {.crop = Crop{0, 0, 100}}, Deadline::max());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find(std::to_string(file.size() - 1)), std::string::npos);
}

}  // namespace
}  // namespace cameo::image
