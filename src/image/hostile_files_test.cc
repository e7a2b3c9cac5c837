#include <gtest/gtest.h>
#include <zlib.h>

#include <chrono>

#include "image/byte_reader.h"
#include "image/in_process_studio.h"
#include "image/jpeg_header.h"
#include "image/png_header.h"
#include "image/test_pictures.h"

namespace cameo::image {
namespace {

using namespace test;

Result<photo::RenderedPhoto> render(const Bytes& file) {
    InProcessStudio studio({});
    return studio.render(file, PhotoStorage::mailbox, Deadline::max());
}

Fault fault_of(const Bytes& file) {
    const auto photo = render(file);
    EXPECT_FALSE(photo);
    return photo ? Fault::internal : photo.error().fault;
}

void append_be32(Bytes& to, std::size_t value) {
    for (const int shift : {24, 16, 8, 0}) to.push_back(static_cast<std::uint8_t>(value >> shift));
}

Bytes png_chunk(std::string_view name, const Bytes& body) {
    Bytes chunk;
    append_be32(chunk, body.size());
    const auto letters = as_bytes(name);
    chunk.insert(chunk.end(), letters.begin(), letters.end());
    chunk.insert(chunk.end(), body.begin(), body.end());
    append_be32(chunk, crc32(0, chunk.data() + 4, static_cast<unsigned>(chunk.size() - 4)));
    return chunk;
}

// Behind the IHDR.
Bytes with_chunk(Bytes png, const Bytes& chunk) {
    png.insert(png.begin() + 8 + 25, chunk.begin(), chunk.end());
    return png;
}

Bytes compressed_zeros(std::size_t length) {
    const Bytes zeros(length);
    uLongf size = compressBound(zeros.size());
    Bytes out(size);
    compress2(out.data(), &size, zeros.data(), zeros.size(), 9);
    out.resize(size);
    return out;
}

std::size_t find_marker(const Bytes& jpeg, unsigned marker) {
    for (std::size_t at = 2; at + 4 < jpeg.size(); at += 2 + be16(jpeg, at + 2))
        if (jpeg[at + 1] == marker) return at;
    return 0;
}

TEST(HostileFiles, HugeSidesAreRefusedBeforeAnyPixel) {
    Bytes jpeg = jpeg_of(draw(64, 64));
    const std::size_t frame = find_marker(jpeg, 0xC0);
    for (const std::size_t i : {5U, 6U, 7U, 8U}) jpeg[frame + i] = 0xFF;  // 65535 x 65535
    EXPECT_EQ(fault_of(jpeg), Fault::image_too_large);

    Bytes png = file_of(draw(64, 64), ".png");
    png[18] = png[22] = 0xF0;  // 61504 x 61504; the checksum is wrong, but nobody gets that far
    EXPECT_EQ(fault_of(png), Fault::image_too_large);

    Bytes gif = file_of(draw(64, 64), ".gif");
    gif[7] = gif[9] = 0xFF;
    EXPECT_EQ(fault_of(gif), Fault::image_too_large);
}

TEST(HostileFiles, ASmallFileThatClaimsFiftyMegapixelsCostsNoTime) {
    Bytes jpeg = jpeg_of(draw(64, 64));
    const std::size_t frame = find_marker(jpeg, 0xC0);
    jpeg[frame + 5] = jpeg[frame + 7] = 0x1B;  // 7000 x 7000 and a little
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(fault_of(jpeg), Fault::invalid_image);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(HostileFiles, CompressedTextIsTakenOutOfAPngUnread) {
    Bytes text{'k', 0, 0};
    const Bytes bomb = compressed_zeros(64 << 20);
    text.insert(text.end(), bomb.begin(), bomb.end());
    Bytes png = file_of(draw(64, 64), ".png");
    for (int i = 0; i < 20; ++i) png = with_chunk(png, png_chunk("zTXt", text));
    png = with_chunk(png, png_chunk("iCCP", text));
    const auto header = read_png_header(png);
    ASSERT_TRUE(header);
    EXPECT_LT(header->stripped.size(), png.size() / 2);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(render(png));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(HostileFiles, AnHonestPngWithTextAndExifIsTaken) {
    Bytes png = file_of(draw(64, 80), ".png");
    png = with_chunk(png, png_chunk("tEXt", {'a', 0, 'b'}));
    const Bytes exif{'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0};
    png = with_chunk(png, png_chunk("eXIf", exif));
    const auto header = read_png_header(png);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->orientation, Orientation::quarter_right);
    EXPECT_TRUE(render(png));
}

TEST(HostileFiles, APictureOfTooManyScansIsRefused) {
    Bytes jpeg = jpeg_of(draw(64, 64), {.progressive = true});
    const auto header = read_jpeg_header(jpeg);
    ASSERT_TRUE(header);
    EXPECT_FALSE(header->single_scan);
    EXPECT_GT(header->scans, 5);
    // A last refinement of nothing, over and over: a scan header and no coded data.
    const Bytes scan{0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0x10};
    Bytes bomb(jpeg.begin(), jpeg.end() - 2);
    for (int i = 0; i < 100'000; ++i) bomb.insert(bomb.end(), scan.begin(), scan.end());
    bomb.insert(bomb.end(), {0xFF, 0xD9});
    EXPECT_EQ(fault_of(bomb), Fault::invalid_image);
}

TEST(HostileFiles, EveryTruncationOfAJpegIsRefused) {
    for (const bool progressive : {false, true}) {
        const Bytes whole = jpeg_of(draw(100, 80), {.progressive = progressive});
        for (std::size_t length = 3; length < whole.size() - 2; length += 37)
            EXPECT_EQ(
                fault_of(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))),
                Fault::invalid_image)
                << length;
    }
}

TEST(HostileFiles, HarmlessOdditiesOfAJpegAreTaken) {
    Bytes trailing = jpeg_of(draw(100, 80));
    trailing.insert(trailing.end(), 5000, 'x');
    EXPECT_TRUE(render(trailing));

    Bytes before_marker = jpeg_of(draw(100, 80));
    const std::size_t frame = find_marker(before_marker, 0xC0);
    before_marker.insert(before_marker.begin() + static_cast<std::ptrdiff_t>(frame), 3, 0x00);
    EXPECT_TRUE(render(before_marker));
}

TEST(HostileFiles, DamagedJpegDataIsRefused) {
    Bytes jpeg = jpeg_of(draw(300, 300));
    const auto middle = static_cast<std::ptrdiff_t>(jpeg.size() / 2);
    jpeg.erase(jpeg.begin() + middle, jpeg.begin() + middle + 900);
    EXPECT_EQ(fault_of(jpeg), Fault::invalid_image);
}

TEST(HostileFiles, CodingsThatFewDecodersKnowAreUnsupported) {
    for (const int marker : {0xC3, 0xC5, 0xC9, 0xCA}) {
        Bytes jpeg = jpeg_of(draw(64, 64));
        jpeg[find_marker(jpeg, 0xC0) + 1] = static_cast<std::uint8_t>(marker);
        EXPECT_EQ(fault_of(jpeg), Fault::unsupported_format);
    }
}

TEST(HostileFiles, AChunkThatEndsBeyondThePngIsRefused) {
    Bytes png = file_of(draw(64, 64), ".png");
    png[8] = 0xFF;
    EXPECT_EQ(fault_of(png), Fault::invalid_image);
    EXPECT_EQ(fault_of(Bytes(png.begin(), png.begin() + 8)), Fault::invalid_image);
}

}  // namespace
}  // namespace cameo::image
