// Files whose pixels are all there although something else is missing, and files that look like
// them but have lost pixels.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <string>

#include "image/byte_reader.h"
#include "image/header.h"
#include "image/hostile_pictures_testing.h"
#include "image/in_process_renderer.h"
#include "image/pictures_testing.h"

namespace cameo::image {
namespace {

using namespace test;

Result<photo::RenderedPhoto> render(const Bytes& file) {
    InProcessRenderer renderer({});
    return renderer.render(file, {PhotoStorage::mailbox}, Deadline::max());
}

const Rgb& original() {
    static const Rgb picture = draw(330, 250);
    return picture;
}

// The renditions are those of the complete file.
void expect_same(const Bytes& file, const Bytes& complete, const std::string& what) {
    const auto wanted = render(complete);
    ASSERT_TRUE(wanted) << what << ": " << wanted.error().detail;
    const auto photo = render(file);
    ASSERT_TRUE(photo) << what << ": " << photo.error().detail;
    EXPECT_EQ(photo->items.back().jpeg, wanted->items.back().jpeg) << what;
}

void expect_refused(const Bytes& file, const std::string& what) {
    const auto photo = render(file);
    ASSERT_FALSE(photo) << what;
    EXPECT_EQ(photo.error().fault, Fault::invalid_image) << what << photo.error().detail;
}

Bytes cut(const Bytes& file, std::size_t from_the_end) {
    return {file.begin(), file.end() - static_cast<std::ptrdiff_t>(from_the_end)};
}

Bytes joined(Bytes file, const Bytes& more) {
    file.insert(file.end(), more.begin(), more.end());
    return file;
}

using Colours = JpegOptions::Colours;

struct NamedJpeg {
    const char* name;
    JpegOptions options;
};

const std::vector<NamedJpeg>& codings() {
    static const std::vector<NamedJpeg> all{
        {"baseline", {}},
        {"4:4:4", {.across = 1, .down = 1}},
        {"grey", {.colours = Colours::grey}},
        {"RGB", {.colours = Colours::rgb}},
        {"CMYK", {.colours = Colours::cmyk}},
        {"restart markers", {.restart_rows = 1}},
        {"a scan for each component", {.separate_scans = true}},
        {"progressive", {.progressive = true}},
        {"progressive grey", {.progressive = true, .colours = Colours::grey}},
        {"progressive CMYK", {.progressive = true, .colours = Colours::cmyk}},
        {"progressive with restart markers", {.progressive = true, .restart_rows = 1}},
    };
    return all;
}

// As cameras of phones write them: named blocks, a film, a directory, all full of markers.
Bytes camera_trailer() {
    Bytes trailer{0, 0, 0x30, 0x0A, 16, 0, 0, 0};
    for (const char c : std::string("EmbeddedVideo"))
        trailer.push_back(static_cast<std::uint8_t>(c));
    for (int i = 0; i < 2'000; ++i) {
        const Bytes more{0x21, 0xFF, 0x42, 0xFF, 0xDA, 0, 0x0C, 0x55, 0xFF, 0xD8, 0xFF, 0xC4};
        trailer.insert(trailer.end(), more.begin(), more.end());
    }
    return trailer;
}

TEST(CompleteFiles, AJpegWithoutItsEndIsTaken) {
    for (const auto& [name, options] : codings()) {
        const Bytes jpeg = jpeg_of(original(), options);
        expect_same(cut(jpeg, 2), jpeg, name);
        expect_same(cut(jpeg, 1), jpeg, name);
    }
}

TEST(CompleteFiles, AJpegWithoutItsEndIsTakenWithWhatIsBehindIt) {
    const Bytes text(3'000, '-');
    for (const auto& [name, options] : codings()) {
        const Bytes jpeg = jpeg_of(original(), options);
        const Bytes open = cut(jpeg, 2);
        expect_same(joined(open, camera_trailer()), jpeg, std::string(name) + ", a trailer");
        expect_same(joined(open, jpeg_of(draw(64, 64))), jpeg, std::string(name) + ", a JPEG");
        expect_same(joined(open, text), jpeg, std::string(name) + ", text");
    }
}

TEST(CompleteFiles, PartOfAJpegIsRefusedWithWhatIsBehindIt) {
    for (const auto& [name, options] : codings()) {
        const Bytes jpeg = jpeg_of(original(), options);
        for (const std::size_t missing : {jpeg.size() / 2, jpeg.size() / 10, std::size_t{40}}) {
            const Bytes part = cut(jpeg, missing);
            const std::string what = std::string(name) + ", missing " + std::to_string(missing);
            expect_refused(part, what);
            expect_refused(joined(part, {0xFF, 0xD9}), what + ", an end");
            if (missing == 40) continue;  // what is behind may fill that up
            expect_refused(joined(part, camera_trailer()), what + ", a trailer");
            expect_refused(joined(part, jpeg_of(draw(64, 64))), what + ", a second JPEG");
        }
    }
}

// A disk that was full or unplugged leaves a file of the right length, filled up with one byte.
TEST(CompleteFiles, PartOfAJpegThatWasFilledUpIsRefused) {
    for (const auto& [name, options] : codings()) {
        const Bytes jpeg = jpeg_of(original(), options);
        for (const std::uint8_t filling : {std::uint8_t{0}, std::uint8_t{0x78}, std::uint8_t{0xFF}})
            expect_refused(joined(cut(jpeg, jpeg.size() / 2), Bytes(jpeg.size() * 20, filling)),
                           name + std::to_string(filling));
    }
}

// The offsets of the markers that begin a scan.
std::vector<std::size_t> scans_of(const Bytes& jpeg) {
    std::vector<std::size_t> scans;
    for (std::size_t at = 2; at + 1 < jpeg.size(); ++at)
        if (jpeg[at] == 0xFF && jpeg[at + 1] == 0xDA) scans.push_back(at);
    return scans;
}

TEST(CompleteFiles, AJpegThatEndsBeforeOneOfItsScansIsRefused) {
    for (const JpegOptions& options :
         {JpegOptions{.progressive = true}, JpegOptions{.separate_scans = true}}) {
        const Bytes jpeg = jpeg_of(original(), options);
        const auto scans = scans_of(jpeg);
        ASSERT_GE(scans.size(), 3U);
        for (std::size_t i = 1; i < scans.size(); ++i) {
            const Bytes part(jpeg.begin(), jpeg.begin() + static_cast<std::ptrdiff_t>(scans[i]));
            expect_refused(part, std::to_string(i));
            expect_refused(joined(part, camera_trailer()), std::to_string(i) + ", a trailer");
        }
    }
}

TEST(CompleteFiles, JpegLsIsUnsupported) {
    Bytes jpeg = jpeg_of(draw(64, 64));
    jpeg[find_jpeg_marker(jpeg, 0xC0) + 1] = 0xF7;
    const auto photo = render(jpeg);
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::unsupported_format);
    EXPECT_NE(photo.error().detail.find("JPEG-LS"), std::string::npos);
}

const std::vector<const char*> kPngs{".png", ".png[interlace=1]", ".png[palette=1]",
                                     ".png[bitdepth=16]"};

TEST(CompleteFiles, APngWithoutItsEndIsTaken) {
    constexpr std::size_t kEnd = 12;
    for (const char* suffix : kPngs) {
        const Bytes png = file_of(original(), suffix);
        for (const std::size_t missing : {kEnd, std::size_t{1}, std::size_t{11}})
            expect_same(cut(png, missing), png, suffix + std::to_string(missing));
        expect_same(cut(png, kEnd + 4), png, std::string(suffix) + ", no checksum");
    }
}

// The chunks IDAT as one, without the last bytes of their data.
Bytes with_less_data(const Bytes& png, std::size_t missing) {
    Bytes out(png.begin(), png.begin() + 8);
    Bytes data;
    ByteView rest = ByteView(png).subspan(8);
    while (const auto chunk = take_png_chunk(rest)) {
        if (chunk->name == "IDAT") {
            data.insert(data.end(), chunk->body.begin(), chunk->body.end());
            continue;
        }
        if (chunk->name == "IEND") out = joined(out, png_chunk("IDAT", cut(data, missing)));
        out.insert(out.end(), chunk->whole.begin(), chunk->whole.end());
    }
    return out;
}

TEST(CompleteFiles, APngWhoseDataLacksItsChecksumIsTaken) {
    for (const char* suffix : kPngs) {
        const Bytes png = file_of(original(), suffix);
        expect_same(with_less_data(png, 4), png, suffix);
        expect_same(with_less_data(png, 2), png, suffix);
        expect_refused(with_less_data(png, png.size() / 10), suffix);
    }
}

TEST(CompleteFiles, APngWithAWrongChecksumIsRefused) {
    for (const char* suffix : kPngs) {
        Bytes png = file_of(original(), suffix);
        png[png.size() - 13] ^= 1;  // of the last chunk of data
        expect_refused(png, suffix);
        png = cut(with_less_data(file_of(original(), suffix), 4), 12);
        png.back() ^= 1;
        expect_refused(png, std::string(suffix) + ", no end");
    }
}

TEST(CompleteFiles, APngThatEndsInsideItsDataIsRefused) {
    for (const char* suffix : kPngs) {
        const Bytes png = file_of(original(), suffix);
        for (const std::size_t missing : {png.size() / 2, png.size() / 10, std::size_t{60}})
            expect_refused(cut(png, missing), suffix + std::to_string(missing));
    }
}

// A palette of two colours: the left half is the first one, the right half the second one.
Bytes palette_png(const Bytes& transparency) {
    constexpr std::uint8_t kSide = 64;
    Bytes rows;
    for (int y = 0; y < kSide; ++y) {
        rows.push_back(0);
        for (int x = 0; x < kSide; ++x) rows.push_back(x < kSide / 2 ? 0 : 1);
    }
    Bytes data(compressBound(rows.size()));
    uLongf length = data.size();
    EXPECT_EQ(compress(data.data(), &length, rows.data(), rows.size()), Z_OK);
    data.resize(length);
    Bytes png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    png = joined(png, png_chunk("IHDR", {0, 0, 0, kSide, 0, 0, 0, kSide, 8, 3, 0, 0, 0}));
    png = joined(png, png_chunk("PLTE", {200, 40, 40, 40, 60, 200}));
    png = joined(png, png_chunk("tRNS", transparency));
    return joined(joined(png, png_chunk("IDAT", data)), png_chunk("IEND", {}));
}

TEST(CompleteFiles, APngWithMoreTransparencyThanColoursIsTransparent) {
    for (const std::size_t entries : {2U, 3U, 200U, 256U}) {
        Bytes transparency(entries, 255);
        transparency[0] = 0;
        const auto photo = render(palette_png(transparency));
        ASSERT_TRUE(photo) << photo.error().detail;
        const Rgb shown = decoded(photo->items.back().jpeg);
        EXPECT_GT(shown.at(10, 20)[2], 250) << entries;
        EXPECT_LT(shown.at(40, 20)[0], 60) << entries;
    }
}

TEST(CompleteFiles, AGifWithoutItsTrailerIsTaken) {
    const Bytes gif = file_of(original(), ".gif");
    expect_same(cut(gif, 1), gif, "still");
    const Bytes animation = animation_of({original(), Rgb(330, 250)}, ".gif");
    expect_same(cut(animation, 1), animation, "animation");
    expect_refused(cut(gif, 2), "the block behind the last one");
    expect_refused(cut(animation, 3), "the second picture");
}

Bytes with_screen(Bytes gif, unsigned width, unsigned height) {
    const Bytes size{static_cast<std::uint8_t>(width), static_cast<std::uint8_t>(width >> 8),
                     static_cast<std::uint8_t>(height), static_cast<std::uint8_t>(height >> 8)};
    std::ranges::copy(size, gif.begin() + 6);
    return gif;
}

TEST(CompleteFiles, AGifScreenWithoutASizeHasThatOfItsFirstPicture) {
    for (const Bytes& gif : {file_of(original(), ".gif"), half_clear_file_of(original(), ".gif"),
                             animation_of({original(), original()}, ".gif")})
        for (const auto& [width, height] : {std::pair(0U, 0U), {330U, 0U}, {0U, 250U}}) {
            const auto photo = render(with_screen(gif, width, height));
            ASSERT_TRUE(photo) << photo.error().detail;
            EXPECT_EQ(sizes_of(*photo).back(), "240x240");
        }
    expect_refused(with_screen(cut(file_of(original(), ".gif"), 500), 0, 0), "truncated");
}

TEST(CompleteFiles, WhatAGifLeavesBareIsWhite) {
    const auto photo = render(with_screen(file_of(original(), ".gif"), 660, 500));
    ASSERT_TRUE(photo) << photo.error().detail;
    const Rgb shown = decoded(photo->items.back().jpeg);
    EXPECT_LT(shown.at(shown.width / 4, shown.height / 4)[0], 200);
    for (int c = 0; c < 3; ++c)
        EXPECT_GT(shown.at(shown.width * 3 / 4, shown.height * 3 / 4)[c], 250);
}

TEST(CompleteFiles, AWebpWithoutItsLastPaddingByteIsTaken) {
    int padded = 0;
    for (const char* suffix : {".webp", ".webp[lossless=1]"})
        for (int height = 250; height < 258; ++height) {
            const Bytes webp = file_of(draw(330, height), suffix);
            if (le32(webp, 16) % 2 == 0) continue;
            ++padded;
            expect_same(cut(webp, 1), webp, suffix + std::to_string(height));
            expect_refused(cut(webp, 40), suffix);
        }
    EXPECT_GT(padded, 0);
}

TEST(CompleteFiles, AnEmptyExifIsNotTheOrientation) {
    const Bytes turned = jpeg_of(draw(300, 200), {.orientation = Orientation::rotated_90});
    const Bytes empty{0xFF, 0xE1, 0, 8, 'E', 'x', 'i', 'f', 0, 0};
    Bytes file(turned.begin(), turned.begin() + 2);
    file = joined(joined(file, empty), {turned.begin() + 2, turned.end()});
    const auto header = read_header(file);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->orientation, Orientation::rotated_90);

    const Bytes tiff{'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0};
    Bytes png = with_png_chunk(file_of(draw(64, 64), ".png"), png_chunk("eXIf", {}));
    png = with_png_chunk(png, png_chunk("eXIf", tiff));
    png = with_png_chunk(png, png_chunk("eXIf", {}));
    const auto png_header = read_header(png);
    ASSERT_TRUE(png_header);
    EXPECT_EQ(png_header->orientation, Orientation::rotated_90);
}

TEST(CompleteFiles, APngWithoutItsHeaderIsDamaged) {
    const Bytes file{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0,
                     0,    16,  0,   'I', 'D',  'A',  'T',  1,    2};
    const auto header = read_header(file);
    ASSERT_FALSE(header);
    EXPECT_EQ(header.error().fault, Fault::invalid_image);
}

TEST(CompleteFiles, AHeifThatEndsWithinItsFirstBoxIsDamagedAndNoFilm) {
    for (const auto* suffix : {".heic", ".avif"}) {
        const Bytes whole = file_of(draw(64, 64), suffix);
        const Bytes start(whole.begin(), whole.begin() + 20);
        EXPECT_EQ(find_format(start), Format::heif);
        const auto photo =
            InProcessRenderer({}).render(start, {PhotoStorage::mailbox}, Deadline::max());
        ASSERT_FALSE(photo);
        EXPECT_EQ(photo.error().fault, Fault::invalid_image) << photo.error().detail;
    }
}

TEST(CompleteFiles, ACompatibleBrandSaysThatAFileIsHeif) {
    for (const char* suffix : {".heic", ".avif"}) {
        const Bytes plain = file_of(original(), suffix);
        Bytes file = plain;
        std::ranges::copy(std::string("miaf"), file.begin() + 8);
        expect_same(file, plain, suffix);
    }
    // A film has none of them.
    Bytes film = file_of(original(), ".heic");
    for (std::size_t at = 8; at < be32(film, 0); at += 4)
        if (at != 12) std::ranges::copy(std::string("isom"), film.begin() + static_cast<long>(at));
    const auto photo = render(film);
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().fault, Fault::unsupported_format);
}

}  // namespace
}  // namespace cameo::image
