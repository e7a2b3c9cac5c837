// Colours that files give by numbers instead of a profile: from the file to its renditions.
#include "image/coded_colour.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "image/colour.h"
#include "image/heif_files_testing.h"
#include "image/hostile_pictures_testing.h"
#include "image/in_process_renderer.h"
#include "image/pictures_testing.h"

namespace cameo::image {
namespace {

using test::Rgb;
using Colour = std::array<int, 3>;

constexpr Colour kRed{200, 40, 40};
constexpr Colour kRedInP3{218, 0, 26};  // as an sRGB colour, by the formulas of IEC 61966-2-1

Rgb flat(const Colour& colour) {
    Rgb picture(96, 96);
    for (std::size_t i = 0; i < picture.samples.size(); ++i)
        picture.samples[i] = static_cast<std::uint8_t>(colour.at(i % 3));
    return picture;
}

void expect_colour(const Bytes& file, const Colour& wanted, const std::string& what,
                   int tolerance = 5) {
    InProcessRenderer renderer({});
    const auto photo = renderer.render(file, {PhotoStorage::mailbox}, Deadline::max());
    ASSERT_TRUE(photo) << what << ": " << photo.error().detail;
    const Rgb shown = test::decoded(photo->items.back().jpeg);
    const auto* got = shown.at(shown.width / 2, shown.height / 2);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(got[c], wanted.at(c), tolerance) << what << c;
}

Bytes numbers(const std::vector<std::uint32_t>& values) {
    Bytes body;
    for (const std::uint32_t value : values) test::append_be(body, value, 4);
    return body;
}

Bytes png_with(const std::vector<std::pair<const char*, Bytes>>& chunks,
               const Colour& colour = kRed) {
    Bytes png = test::file_of(flat(colour), ".png");
    for (const auto& [name, body] : chunks)
        png = test::with_png_chunk(png, test::png_chunk(name, body));
    return png;
}

// White, red, green and blue of Display P3.
const Bytes kP3Chromaticities =
    numbers({31'270, 32'900, 68'000, 32'000, 26'500, 69'000, 15'000, 6'000});

TEST(CodedColour, APngOfLinearLightIsConverted) {
    expect_colour(png_with({{"gAMA", numbers({100'000})}}), {229, 110, 110}, "gAMA 1.0");
}

TEST(CodedColour, APngWithTheGammaOfSrgbStaysAsItIs) {
    expect_colour(png_with({{"gAMA", numbers({45'455})}}), kRed, "gAMA 1/2.2");
}

TEST(CodedColour, ThePrimariesOfAPngAreApplied) {
    expect_colour(png_with({{"cHRM", kP3Chromaticities}}), kRedInP3, "cHRM");
    expect_colour(png_with({{"cICP", {12, 13, 0, 1}}}), kRedInP3, "cICP");
}

TEST(CodedColour, GreyOfLinearLightIsConverted) {
    const Bytes file = png_with({{"gAMA", numbers({100'000})}}, {64, 64, 64});
    expect_colour(file, {137, 137, 137}, "64 of 255 of the light");
    EXPECT_FALSE(is_srgb(profile_of_numbers(1, std::nullopt, true), true));
}

TEST(CodedColour, TheChunksOfAPngRankAsTheStandardSays) {
    const std::pair<const char*, Bytes> codes{"cICP", {12, 13, 0, 1}};
    const std::pair<const char*, Bytes> srgb{"sRGB", {0}};
    const std::pair<const char*, Bytes> linear{"gAMA", numbers({100'000})};
    expect_colour(png_with({linear, srgb}), kRed, "sRGB before gAMA");
    expect_colour(png_with({linear, srgb, codes}), kRedInP3, "cICP before sRGB");
    expect_colour(png_with({linear, {"cICP", {2, 2, 0, 1}}}), {229, 110, 110}, "unspecified cICP");
}

TEST(CodedColour, NumbersWithoutAMeaningAreIgnored) {
    expect_colour(png_with({{"gAMA", numbers({0})}}), kRed, "gAMA 0");
    expect_colour(png_with({{"gAMA", numbers({1})}}), kRed, "gAMA 0.00001");
    expect_colour(png_with({{"gAMA", numbers({0xFFFFFFFF})}}), kRed, "gAMA 42949");
    expect_colour(png_with({{"gAMA", {1, 2}}}), kRed, "gAMA of two bytes");
    expect_colour(png_with({{"cHRM", Bytes(32)}}), kRed, "cHRM of zeros");
    expect_colour(png_with({{"cHRM", Bytes(32, 0xFF)}}), kRed, "cHRM of 42949");
    expect_colour(
        png_with(
            {{"cHRM", numbers({31'270, 32'900, 64'000, 33'000, 64'000, 33'000, 64'000, 33'000})}}),
        kRed, "one colour three times");
    expect_colour(png_with({{"cICP", {255, 255, 0, 1}}}), kRed, "unknown cICP");
}

class CodesOfHeif : public testing::TestWithParam<const char*> {
  protected:
    Bytes file(const std::vector<Bytes>& properties, const Colour& colour = kRed) const {
        auto built = test::heif_file(GetParam());
        built.add_coded(1, test::file_of(flat(colour), GetParam()), properties);
        return built.build();
    }
};

TEST_P(CodesOfHeif, PrimariesAndCurveAreApplied) {
    expect_colour(file({test::nclx(12, 13, 6, true)}), kRedInP3, "Display P3", 8);
    expect_colour(file({test::nclx(1, 13, 6, true)}), kRed, "sRGB");
    expect_colour(file({test::nclx(2, 2, 6, true)}), kRed, "unspecified");
    expect_colour(file({test::nclx(1, 1, 6, true)}), kRed, "BT.709");
    expect_colour(file({test::nclx(1, 8, 6, true)}), {229, 110, 110}, "linear", 8);
}

// The leak checker sees what libheif allocates for codes that it does not know.
TEST_P(CodesOfHeif, UnknownOnesAreIgnored) {
    expect_colour(file({test::nclx(200, 13, 6, true)}), kRed, "primaries");
    expect_colour(file({test::nclx(1, 200, 6, true)}), kRed, "curve");
}

TEST_P(CodesOfHeif, AProfileRanksBeforeThem) {
    Bytes body{'p', 'r', 'o', 'f'};
    test::append(body, test::srgb_profile());
    expect_colour(file({test::nclx(12, 13, 6, true), test::box("colr", body)}), kRed, "sRGB");
}

TEST_P(CodesOfHeif, DiffuseWhiteOfHdrIsWhite) {
    // 203 cd/m2 is 58 % of PQ and 75 % of HLG.
    expect_colour(file({test::nclx(9, 16, 6, true)}, {148, 148, 148}), {255, 255, 255}, "PQ", 8);
    expect_colour(file({test::nclx(9, 18, 6, true)}, {191, 191, 191}), {255, 255, 255}, "HLG", 8);
    expect_colour(file({test::nclx(9, 16, 6, true)}, {0, 0, 0}), {0, 0, 0}, "black", 8);
}

INSTANTIATE_TEST_SUITE_P(Files, CodesOfHeif, testing::Values(".heic", ".avif"),
                         [](const auto& info) { return std::string(info.param).substr(1); });

TEST(CodedColour, AProfileOfSrgbIsRecognised) {
    EXPECT_TRUE(is_srgb(profile_of_codes(1, 13, false), false));
    EXPECT_FALSE(is_srgb(profile_of_codes(12, 13, false), false));
    EXPECT_FALSE(is_srgb(profile_of_codes(1, 8, true), true));
    EXPECT_TRUE(profile_of_codes(2, 2, false).empty());
    EXPECT_TRUE(profile_of_codes(12, 255, false).empty());
}

}  // namespace
}  // namespace cameo::image
