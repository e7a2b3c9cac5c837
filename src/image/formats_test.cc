#include <gtest/gtest.h>

#include "image/byte_reader.h"
#include "image/colour.h"
#include "image/in_process_renderer.h"
#include "image/pictures_testing.h"
#include "image/warm_up.h"

namespace cameo::image {
namespace {

using namespace test;

Result<photo::RenderedPhoto> render(const Bytes& file,
                                    PhotoStorage storage = PhotoStorage::mailbox) {
    InProcessRenderer renderer({});
    return renderer.render(file, {storage}, Deadline::max());
}

// The PSNR of the largest rendition against the original.
double quality_of(const Result<photo::RenderedPhoto>& photo, const Rgb& original) {
    EXPECT_TRUE(photo) << photo.error().detail;
    if (!photo) return 0;
    const auto& item = photo->items.back();
    return psnr(decoded(item.jpeg), resampled(centre(original), item.size.width, item.size.height));
}

class EveryFormat : public testing::TestWithParam<const char*> {};

TEST_P(EveryFormat, IsAcceptedAndLooksTheSame) {
    const Rgb original = draw(333, 250);
    const auto photo = render(file_of(original, GetParam()));
    EXPECT_GT(quality_of(photo, original), 27);
    ASSERT_TRUE(photo);
    EXPECT_EQ(sizes_of(*photo).back(), "240x240");
}

TEST_P(EveryFormat, IsRefusedIfItsEndIsMissing) {
    Bytes file = file_of(draw(333, 250), GetParam());
    for (const std::size_t share : {2U, 3U, 10U}) {
        const Bytes cut(file.begin(),
                        file.begin() + static_cast<std::ptrdiff_t>(file.size() / share));
        const auto photo = render(cut);
        ASSERT_FALSE(photo) << share;
        EXPECT_EQ(photo.error().fault, Fault::invalid_image) << photo.error().detail;
    }
}

INSTANTIATE_TEST_SUITE_P(Files, EveryFormat,
                         testing::Values(".png", ".png[interlace=1]", ".png[palette=1]",
                                         ".png[bitdepth=16]", ".webp", ".webp[lossless=1]", ".gif",
                                         ".avif", ".heic", ".jpg"),
                         [](const auto& info) {
                             std::string name(info.param);
                             std::erase_if(name, [](char c) { return !std::isalnum(c); });
                             return name;
                         });

TEST(Formats, ProgressiveRgbAndCmykJpegsAreAccepted) {
    const Rgb original = draw(333, 250);
    EXPECT_GT(quality_of(render(jpeg_of(original, {.progressive = true})), original), 30);
    EXPECT_GT(
        quality_of(render(jpeg_of(original, {.colours = JpegOptions::Colours::rgb})), original),
        30);
    EXPECT_GT(
        quality_of(render(jpeg_of(original, {.colours = JpegOptions::Colours::cmyk})), original),
        30);
}

TEST(Formats, AlphaIsComposedOverWhite) {
    for (const char* suffix : {".png", ".png[bitdepth=16]", ".webp[lossless=1]", ".gif"}) {
        const auto photo = render(half_clear_file_of(draw(120, 120), suffix));
        ASSERT_TRUE(photo) << suffix << photo.error().detail;
        const Rgb got = decoded(photo->items.back().jpeg);
        EXPECT_LT(got.at(20, 20)[1], 100) << suffix;
        for (int c = 0; c < 3; ++c) EXPECT_GT(got.at(100, 20)[c], 250) << suffix;
    }
}

TEST(Formats, TheFirstPictureOfAnAnimationIsRendered) {
    const Rgb first = draw(96, 96);
    for (const char* suffix : {".gif", ".webp"}) {
        const Bytes file = animation_of({first, Rgb(96, 96), draw(96, 96)}, suffix);
        EXPECT_GT(quality_of(render(file), first), 26) << suffix;
    }
}

TEST(Formats, OtherFormatsAreRefusedByTheirMagicBytes) {
    using namespace std::string_view_literals;
    for (const auto text :
         {""sv, "\xFF"sv, "<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'/>"sv,
          "%PDF-1.7"sv, "BM\x46\0\0\0\0\0\0\0"sv, "II*\0\x08\0\0\0"sv, "MM\0*\0\0\0\x08"sv,
          "P6 64 64 255 "sv, "\0\0\0\x0CJXL \r\n\x87\n"sv, "hello"sv,
          "\0\0\0\x18"
          "ftypisom"sv}) {
        const auto bytes = as_bytes(text);
        const auto photo = render(Bytes(bytes.begin(), bytes.end()));
        ASSERT_FALSE(photo);
        EXPECT_EQ(photo.error().fault, Fault::unsupported_format) << text;
        EXPECT_NE(photo.error().detail.find("JPEG, PNG, WebP, GIF, HEIF, AVIF"), std::string::npos);
    }
}

// (200, 60, 40) in Display P3 is a more saturated red in sRGB.
TEST(Formats, OtherProfilesAreConvertedAndSrgbOnesAreNot) {
    Rgb flat(120, 120);
    for (std::size_t i = 0; i < flat.samples.size(); i += 3) {
        flat.samples[i] = 200;
        flat.samples[i + 1] = 60;
        flat.samples[i + 2] = 40;
    }
    const auto colour = [&](const Bytes& profile, JpegOptions::Colours colours) {
        const auto photo = render(jpeg_of(flat, {.colours = colours, .profile = profile}));
        const Rgb got = decoded(photo->items.back().jpeg);
        return std::array<int, 3>{got.at(60, 60)[0], got.at(60, 60)[1], got.at(60, 60)[2]};
    };
    for (const auto colours : {JpegOptions::Colours::ycc, JpegOptions::Colours::rgb}) {
        const auto p3 = colour(display_p3_profile(), colours);
        EXPECT_NEAR(p3[0], 218, 3);
        EXPECT_NEAR(p3[1], 43, 4);
        EXPECT_NEAR(p3[2], 23, 5);
        for (const Bytes& same : {srgb_profile(), Bytes{}}) {
            const auto untouched = colour(same, colours);
            EXPECT_NEAR(untouched[0], 200, 3);
            EXPECT_NEAR(untouched[1], 60, 3);
            EXPECT_NEAR(untouched[2], 40, 3);
        }
    }
}

TEST(Formats, AProfileIsComparedWithSrgbByItsContent) {
    EXPECT_TRUE(is_srgb(srgb_profile(), false));
    EXPECT_FALSE(is_srgb(display_p3_profile(), false));
    EXPECT_TRUE(is_srgb(Bytes{1, 2, 3}, false));       // cannot be used, so it counts as sRGB
    EXPECT_TRUE(is_srgb(display_p3_profile(), true));  // made for three channels, not one
}

// A rendition has only the JFIF marker and the markers that the coding needs.
TEST(Formats, MetadataIsRemoved) {
    const Rgb original = draw(130, 130);
    for (const Bytes& file :
         {jpeg_of(original, {.profile = display_p3_profile(), .metadata = true}),
          jpeg_of(original, {.colours = JpegOptions::Colours::cmyk, .metadata = true}),
          file_of(original, ".png"), file_of(original, ".webp")}) {
        for (const auto storage : {PhotoStorage::mailbox, PhotoStorage::directory}) {
            const auto photo = render(file, storage);
            ASSERT_TRUE(photo);
            for (const auto& item : photo->items) {
                std::size_t at = 2;
                for (unsigned marker = 0; marker != 0xDA;) {
                    ASSERT_EQ(item.jpeg[at], 0xFF);
                    marker = item.jpeg[at + 1];
                    EXPECT_TRUE(marker == 0xE0 || marker == 0xDB || marker == 0xC0 ||
                                marker == 0xC4 || marker == 0xDA)
                        << marker;
                    at += 2 + be16(item.jpeg, at + 2);
                }
            }
        }
    }
}

TEST(WarmUp, DecodesAPictureOfEveryFormat) { EXPECT_EQ(warm_up(), std::vector<std::string>{}); }

}  // namespace
}  // namespace cameo::image
