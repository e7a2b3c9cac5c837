// HEIC and AVIF as phones and encoders write them, from the file to its renditions.
#include <gtest/gtest.h>

#include <array>

#include "base/encoding.h"
#include "image/heif_files_testing.h"
#include "image/in_process_renderer.h"

namespace cameo::image {
namespace {

using test::Rgb;
using Colour = std::array<int, 3>;

constexpr Colour kRed{190, 60, 50};
constexpr Colour kGreen{50, 160, 80};
constexpr Colour kBlue{60, 70, 180};
constexpr Colour kSand{210, 190, 90};
constexpr Colour kWhite{255, 255, 255};

// Four quarters: top left, top right, bottom left, bottom right.
using Quarters = std::array<Colour, 4>;
constexpr Quarters kPlain{kRed, kGreen, kBlue, kSand};

Rgb quarters(int width, int height, const Quarters& colours = kPlain) {
    Rgb picture(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const auto& colour = colours.at((y < height / 2 ? 0U : 2U) + (x < width / 2 ? 0U : 1U));
            for (std::size_t c = 0; c < 3; ++c)
                picture.at(x, y)[c] = static_cast<std::uint8_t>(colour.at(c));
        }
    return picture;
}

constexpr Colour grey(int value) { return {value, value, value}; }

// Alpha: clear, opaque, half clear, opaque.
Rgb alpha_picture(int width, int height) {
    return quarters(width, height, {grey(0), grey(255), grey(128), grey(255)});
}

Colour on_white(const Colour& colour, int alpha = 128) {
    Colour result{};
    for (std::size_t c = 0; c < 3; ++c)
        result.at(c) = 255 - ((255 - colour.at(c)) * alpha + 127) / 255;
    return result;
}

Result<photo::RenderedPhoto> render(const Bytes& file) {
    InProcessRenderer renderer({});
    return renderer.render(file, {PhotoStorage::directory}, Deadline::max());
}

void expect_quarters(const Bytes& file, const Quarters& wanted, const std::string& what,
                     int tolerance = 8) {
    const auto photo = render(file);
    ASSERT_TRUE(photo) << what << ": " << photo.error().detail;
    const Rgb shown = test::decoded(photo->items.back().jpeg);
    for (std::size_t i = 0; i < 4; ++i) {
        const auto* got =
            shown.at(shown.width * (i % 2 == 0 ? 1 : 3) / 4, shown.height * (i < 2 ? 1 : 3) / 4);
        for (std::size_t c = 0; c < 3; ++c)
            EXPECT_NEAR(got[c], wanted.at(i).at(c), tolerance)
                << what << ", quarter " << i << ", channel " << c;
    }
}

class HeifPictures : public testing::TestWithParam<const char*> {
  protected:
    const char* suffix() const { return GetParam(); }
    Bytes coded(const Rgb& picture) const { return test::file_of(picture, suffix()); }

    test::HeifBuilder plain(const std::vector<Bytes>& properties = {}) const {
        test::HeifBuilder file = test::heif_file(suffix());
        file.add_coded(1, coded(quarters(160, 120)), properties);
        return file;
    }

    // Item 1 is the picture, 2 its gain map, 3 the tone-mapped picture, 4 metadata.
    test::HeifBuilder with_gain_map(std::vector<std::uint16_t> gain_map_of,
                                    std::vector<std::uint16_t> metadata_of) const {
        test::HeifBuilder file = plain();
        file.add_coded(2, coded(Rgb(80, 60)), {test::aux_c(test::kGainMap)}, true);
        file.add_derived(3, "tmap", Bytes(62), {1, 2}, {test::ispe(160, 120)});
        file.add(4, "Exif", Bytes(40), {});
        file.references.push_back({"auxl", 2, std::move(gain_map_of)});
        file.references.push_back({"cdsc", 4, std::move(metadata_of)});
        return file;
    }

    // Item 1 is the picture, 2 its alpha.
    test::HeifBuilder with_alpha(const std::vector<Bytes>& properties = {},
                                 const std::vector<Bytes>& alpha_properties = {}) const {
        test::HeifBuilder file = plain(properties);
        std::vector<Bytes> all{test::aux_c(test::kAlpha)};
        all.insert(all.end(), alpha_properties.begin(), alpha_properties.end());
        file.add_coded(2, test::grey_heif_of(alpha_picture(160, 120), suffix()), all, true);
        file.references.push_back({"auxl", 2, {1}});
        return file;
    }
};

const Quarters kOverWhite{kWhite, kGreen, on_white(kBlue), kSand};

TEST_P(HeifPictures, MetadataOfTwoItemsIsNoFault) {
    expect_quarters(with_gain_map({1}, {1, 3}).build(), kPlain, "Exif of two items");
}

TEST_P(HeifPictures, AGainMapOfTwoItemsIsNoFault) {
    expect_quarters(with_gain_map({1, 3}, {1}).build(), kPlain, "one reference");
    expect_quarters(with_gain_map({3}, {3}).build(), kPlain, "of the tone-mapped picture alone");
    auto twice = with_gain_map({1}, {1});
    twice.references.push_back({"auxl", 2, {3}});
    expect_quarters(twice.build(), kPlain, "two references");
}

TEST_P(HeifPictures, AThumbnailOfTwoPicturesIsNoFault) {
    auto file = with_gain_map({1}, {1});
    file.add_coded(5, coded(Rgb(64, 48)));
    file.references.push_back({"thmb", 5, {1, 3}});
    expect_quarters(file.build(), kPlain, "thumbnail");
}

TEST_P(HeifPictures, AGridIsDecodedAlthoughTheTilesOfItsGainMapHaveNoConfiguration) {
    auto file = test::heif_file(suffix());
    file.primary = 40;
    file.add_grid(40, quarters(160, 120), 64, 1, {});
    const auto tiles = file.add_grid(41, Rgb(128, 64), 64, 20, {test::aux_c(test::kGainMap)}, true);
    file.item(tiles.back()).properties.erase(file.item(tiles.back()).properties.begin());
    file.references.push_back({"auxl", 41, {40}});
    expect_quarters(file.build(), kPlain, "grid");

    // A tile of the picture itself is needed.
    file.item(3).properties.erase(file.item(3).properties.begin());
    const auto photo = render(file.build());
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::invalid_image);
}

TEST_P(HeifPictures, AlphaLiesOnWhite) {
    expect_quarters(with_alpha().build(), kOverWhite, "its own");
    auto shared = with_alpha();
    shared.add_coded(3, coded(quarters(160, 120)));
    shared.references.back().to = {1, 3};
    expect_quarters(shared.build(), kOverWhite, "shared with another picture");
    shared.references.back().to = {3, 1};
    expect_quarters(shared.build(), kOverWhite, "shared, the other picture first");
    shared.references.back().to = {3};
    expect_quarters(shared.build(), kPlain, "of the other picture alone");
}

TEST_P(HeifPictures, AlphaMayBeAGridOrHaveAnotherSize) {
    auto file = test::heif_file(suffix());
    file.add_coded(1, coded(quarters(160, 120)));
    file.add_grid(2, alpha_picture(160, 120), 64, 10, {test::aux_c(test::kAlpha)}, true);
    file.references.push_back({"auxl", 2, {1}});
    expect_quarters(file.build(), kOverWhite, "grid");

    auto half = plain();
    half.add_coded(2, test::grey_heif_of(alpha_picture(80, 60), suffix()),
                   {test::aux_c(test::kAlpha)}, true);
    half.references.push_back({"auxl", 2, {1}});
    expect_quarters(half.build(), kOverWhite, "half the size");
}

TEST_P(HeifPictures, AlphaOfEachTileIsThatOfTheGrid) {
    auto file = test::heif_file(suffix());
    file.primary = 5;
    const std::array alphas{0, 255, 128, 255};
    for (std::uint16_t i = 0; i < 4; ++i) {
        const auto colour = kPlain.at(i);
        const auto alpha = grey(alphas.at(i));
        const auto alpha_id = static_cast<std::uint16_t>(10 + i);
        file.add_coded(static_cast<std::uint16_t>(1 + i),
                       coded(quarters(64, 64, {colour, colour, colour, colour})), {}, true);
        file.add_coded(alpha_id,
                       test::grey_heif_of(quarters(64, 64, {alpha, alpha, alpha, alpha}), suffix()),
                       {test::aux_c(test::kAlpha)}, true);
    }
    file.add_derived(5, "grid", test::grid(2, 2, 128, 128), {1, 2, 3, 4}, {test::ispe(128, 128)});
    file.references.push_back({"auxl", 10, {1}});
    file.references.push_back({"auxl", 11, {2, 4}});  // shared by two tiles
    file.references.push_back({"auxl", 12, {3}});
    expect_quarters(file.build(), kOverWhite, "alpha of tiles");
}

TEST_P(HeifPictures, PremultipliedColoursAreNotMultipliedAgain) {
    auto file = test::heif_file(suffix());
    Quarters multiplied = kPlain;
    multiplied[0] = grey(0);
    for (int& value : multiplied[2]) value = value * 128 / 255;
    file.add_coded(1, coded(quarters(160, 120, multiplied)));
    file.add_coded(2, test::grey_heif_of(alpha_picture(160, 120), suffix()),
                   {test::aux_c(test::kAlpha)}, true);
    file.references = {{"auxl", 2, {1}}, {"prem", 1, {2}}};
    expect_quarters(file.build(), kOverWhite, "prem");
}

Bytes irot(int quarter_turns) {
    return test::box("irot", {static_cast<std::uint8_t>(quarter_turns)});
}
Bytes imir(int axis) { return test::box("imir", {static_cast<std::uint8_t>(axis)}); }

TEST_P(HeifPictures, APictureIsTurnedWithItsAlpha) {
    const Quarters turned{kOverWhite[1], kOverWhite[3], kOverWhite[0], kOverWhite[2]};
    expect_quarters(with_alpha({irot(1)}).build(), turned, "only the picture is told to");
    expect_quarters(with_alpha({irot(1)}, {irot(1)}).build(), turned, "both are told to");
    const Quarters mirrored{kOverWhite[1], kOverWhite[0], kOverWhite[3], kOverWhite[2]};
    expect_quarters(with_alpha({imir(1)}).build(), mirrored, "mirrored");
    const Quarters flipped{kOverWhite[2], kOverWhite[3], kOverWhite[0], kOverWhite[1]};
    expect_quarters(with_alpha({imir(0)}).build(), flipped, "flipped");
}

TEST_P(HeifPictures, ACleanApertureCropsThePictureAndItsAlpha) {
    Bytes body;  // the right half, 80x120, 40 pixels right of the centre
    for (const std::uint32_t value : {80U, 1U, 120U, 1U, 40U, 1U, 0U, 1U})
        test::append_be(body, value, 4);
    const Bytes clap = test::box("clap", body);
    const Quarters right{kGreen, kGreen, kSand, kSand};
    expect_quarters(with_alpha({clap}).build(), right, "cropped");
    const auto photo = render(with_alpha({clap, irot(1)}).build());
    ASSERT_TRUE(photo) << photo.error().detail;
    EXPECT_EQ(test::sizes_of(*photo).back(), "120x80");
}

// AVIF of 64x64 with more than 8 bits, as avifenc 0.11 writes it: libheif 1.15 encodes none.
// Quarters as kPlain, and greys of 0, 255, 64 and 192.
constexpr std::string_view kAvifOf10Bits =
    "00000020667479706176696600000000617669666d6966316d6961664d413142000000f26d657461000000000000"
    "002868646c720000000000000000706963740000000000000000000000006c696261766966000000000e7069746d"
    "0000000000010000001e696c6f6300000000440000010001000000010000011a0000003a0000002869696e660000"
    "000000010000001a696e6665020000000001000061763031436f6c6f72000000006a697072700000004b6970636f"
    "0000001469737065000000000000004000000040000000107069786900000000030a0a0a0000000c617631438100"
    "4c0000000013636f6c726e636c780001000d0006800000001769706d610000000000000001000104010283040000"
    "00426d64617412000a0918157ffd9a021a0d08322b13c000004000b455554231895b87eedddde01f1f74c28c73a0"
    "f62df78ce0466bcc516cc4ee3036f2742dc0";
constexpr std::string_view kGreyAvifOf10BitsLimited =
    "0000001c667479706176696600000000617669666d6966316d696166000000f06d65746100000000000000286864"
    "6c720000000000000000706963740000000000000000000000006c696261766966000000000e7069746d00000000"
    "00010000001e696c6f63000000004400000100010000000100000114000000230000002869696e66000000000001"
    "0000001a696e6665020000000001000061763031436f6c6f72000000006869707270000000496970636f00000014"
    "697370650000000000000040000000400000000e7069786900000000010a0000000c6176314381005c0000000013"
    "636f6c726e636c780001000d0006000000001769706d610000000000000001000104010283040000002b6d646174"
    "12000a0918157ffd9e021a0c40321413c0000100b473f1a0698946533d6b8be1f48140";
constexpr std::string_view kGreyAvifOf12BitsLimited =
    "0000001c667479706176696600000000617669666d6966316d696166000000f06d65746100000000000000286864"
    "6c720000000000000000706963740000000000000000000000006c696261766966000000000e7069746d00000000"
    "00010000001e696c6f63000000004400000100010000000100000114000000260000002869696e66000000000001"
    "0000001a696e6665020000000001000061763031436f6c6f72000000006869707270000000496970636f00000014"
    "697370650000000000000040000000400000000e7069786900000000010c0000000c6176314381407c0000000013"
    "636f6c726e636c780001000d0006000000001769706d610000000000000001000104010283040000002e6d646174"
    "12000a0958157ffd9f010d0620321713c00001708bb8559d829c83ac144000265a20424b1980";
constexpr std::string_view kGreyAvifOf10Bits =
    "0000001c667479706176696600000000617669666d6966316d696166000000f06d65746100000000000000286864"
    "6c720000000000000000706963740000000000000000000000006c696261766966000000000e7069746d00000000"
    "00010000001e696c6f63000000004400000100010000000100000114000000230000002869696e66000000000001"
    "0000001a696e6665020000000001000061763031436f6c6f72000000006869707270000000496970636f00000014"
    "697370650000000000000040000000400000000e7069786900000000010a0000000c6176314381005c0000000013"
    "636f6c726e636c780001000d0006800000001769706d610000000000000001000104010283040000002b6d646174"
    "12000a0918157ffd9e021a0d40321413c0000100b473f1b214214676e485785d97d3a4";

TEST(HeifDepths, ThoseOfPictureAndAlphaMayDiffer) {
    for (const int bits : {8, 10}) {
        auto file = test::heif_file(".heic");
        file.add_coded(1, test::deep_heif_of(quarters(160, 120), ".heic", bits));
        file.add_coded(2, test::grey_heif_of(alpha_picture(160, 120), ".heic", 18 - bits),
                       {test::aux_c(test::kAlpha)}, true);
        file.references.push_back({"auxl", 2, {1}});
        expect_quarters(file.build(), kOverWhite, std::to_string(bits) + " bits");
    }
    auto file = test::heif_file(".avif");
    file.add_coded(1, from_hex(kAvifOf10Bits).value());
    file.add_coded(2, test::grey_heif_of(alpha_picture(64, 64), ".avif"),
                   {test::aux_c(test::kAlpha)}, true);
    file.references.push_back({"auxl", 2, {1}});
    expect_quarters(file.build(), kOverWhite, "AVIF of 10 bits");
}

TEST(HeifDepths, APictureOfTenBitsIsMirrored) {
    const Quarters mirrored{kGreen, kRed, kSand, kBlue};
    auto heic = test::heif_file(".heic");
    heic.add_coded(1, test::deep_heif_of(quarters(160, 120), ".heic", 10), {imir(1)});
    expect_quarters(heic.build(), mirrored, "HEIC");
    auto avif = test::heif_file(".avif");
    avif.add_coded(1, from_hex(kAvifOf10Bits).value(), {imir(1)});
    expect_quarters(avif.build(), mirrored, "AVIF");
}

TEST(HeifDepths, MonochromeOfLimitedRangeIsSpread) {
    const Quarters shades{grey(0), grey(255), grey(64), grey(192)};
    for (const bool full_range : {false, true}) {
        for (const auto& [suffix, bits] :
             {std::pair(".heic", 8), std::pair(".heic", 10), std::pair(".avif", 8)}) {
            auto file = test::heif_file(suffix);
            file.add_coded(1,
                           test::grey_heif_of(quarters(160, 120, shades), suffix, bits, full_range),
                           {test::nclx(1, 13, 6, full_range)});
            expect_quarters(file.build(), shades,
                            suffix + std::to_string(bits) + (full_range ? " full" : " limited"), 3);
        }
    }
    // Tiles of a grid.
    auto grid = test::heif_file(".avif");
    grid.primary = 5;
    for (std::uint16_t i = 0; i < 4; ++i) {
        const Colour& shade = shades.at(i);
        grid.add_coded(
            static_cast<std::uint16_t>(1 + i),
            test::grey_heif_of(quarters(64, 64, {shade, shade, shade, shade}), ".avif", 8, false),
            {test::nclx(1, 13, 6, false)}, true);
    }
    grid.add_derived(5, "grid", test::grid(2, 2, 128, 128), {1, 2, 3, 4}, {test::ispe(128, 128)});
    expect_quarters(grid.build(), shades, "grid", 3);

    for (const auto hex : {kGreyAvifOf10Bits, kGreyAvifOf10BitsLimited, kGreyAvifOf12BitsLimited})
        expect_quarters(from_hex(hex).value(), shades, std::string(hex.substr(hex.size() - 20)), 3);
}

TEST_P(HeifPictures, ACodingThatTheDecoderDoesNotKnowIsNotCalledDamaged) {
    for (const auto* type : {"vvc1", "zzz1"}) {
        auto file = plain();
        file.item(1).type = type;
        const auto photo = render(file.build());
        ASSERT_FALSE(photo) << type;
        EXPECT_EQ(photo.error().fault, Fault::unsupported_format) << type;
        EXPECT_NE(photo.error().detail.find("Save the picture as JPEG"), std::string::npos);
        EXPECT_EQ(photo.error().detail.find("damaged"), std::string::npos);
        EXPECT_FALSE(photo.error().cause.empty());
    }
}

TEST_P(HeifPictures, OneThatContradictsItselfIsNotCalledDamaged) {
    auto file = plain();
    file.item(1).properties.erase(file.item(1).properties.begin());  // the configuration
    const auto photo = render(file.build());
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::invalid_image);
    EXPECT_NE(photo.error().detail.find("could not be read"), std::string::npos);
    EXPECT_EQ(photo.error().detail.find("damaged"), std::string::npos);
}

TEST_P(HeifPictures, OneThatEndsBeforeItsDataIsDamaged) {
    const Bytes whole = with_gain_map({1, 3}, {1}).build();
    for (const std::size_t share : {2U, 10U}) {
        const auto photo =
            render({whole.begin(),
                    whole.end() - static_cast<std::ptrdiff_t>(whole.size() * (share - 1) / share)});
        ASSERT_FALSE(photo);
        EXPECT_EQ(photo.error().fault, Fault::invalid_image);
        EXPECT_NE(photo.error().detail.find("damaged or truncated"), std::string::npos);
    }
}

TEST_P(HeifPictures, ASideThatIsTooLongIsNamedWithItsLimit) {
    auto file = plain();
    file.properties[1] = test::ispe(64, 17'000);
    const auto photo = render(file.build());
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::image_too_large);
    EXPECT_EQ(photo.error().detail,
              "The picture's longer side has 17000 pixels; at most 16384 are allowed.");
}

// A small file may declare any number of pixels, and a crop of them that is allowed.
TEST_P(HeifPictures, ThePixelsBeforeACropAreLimitedToo) {
    Bytes body;
    for (const std::uint32_t value : {5'000U, 1U, 5'000U, 1U, 0U, 1U, 0U, 1U})
        test::append_be(body, value, 4);
    auto file = plain();
    file.add_derived(9, "grid", {0, 0, 1, 1, 0x20, 0, 0x20, 0}, {1, 1, 1, 1},
                     {test::ispe(8'192, 8'192), test::box("clap", body)});
    file.primary = 9;
    const auto photo = render(file.build());
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::image_too_large) << photo.error().detail;
}

TEST_P(HeifPictures, ThePixelsOfAnAlphaAreLimitedToo) {
    auto file = plain();
    file.add_derived(9, "grid", {0, 0, 1, 1, 0x20, 0, 0x20, 0}, {1, 1, 1, 1},
                     {test::ispe(8'192, 8'192), test::aux_c(test::kAlpha)});
    file.references.push_back({"auxl", 9, {1}});
    const auto photo = render(file.build());
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::image_too_large) << photo.error().detail;
}

INSTANTIATE_TEST_SUITE_P(Files, HeifPictures, testing::Values(".heic", ".avif"),
                         [](const auto& info) { return std::string(info.param).substr(1); });

}  // namespace
}  // namespace cameo::image
