#include "image/hostile_pictures_testing.h"

#include <lcms2.h>
#include <zlib.h>

#include <algorithm>
#include <array>

#include "image/byte_reader.h"
#include "image/pictures_testing.h"

namespace cameo::image::test {
namespace {

using namespace std::string_view_literals;

void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }
void append(Bytes& to, std::string_view text) { append(to, as_bytes(text)); }

Bytes bytes_of(std::string_view text) {
    Bytes bytes;
    append(bytes, text);
    return bytes;
}

void append_be(Bytes& to, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        to.push_back(static_cast<std::uint8_t>(value >> shift));
}

void append_le(Bytes& to, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void insert(Bytes& into, std::size_t at, const Bytes& bytes) {
    into.insert(into.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin(), bytes.end());
}

Bytes patched(Bytes file, std::size_t at, std::initializer_list<std::uint8_t> bytes) {
    std::ranges::copy(bytes, file.begin() + static_cast<std::ptrdiff_t>(at));
    return file;
}

Bytes segment(unsigned marker, const Bytes& body) {
    Bytes out{0xFF, static_cast<std::uint8_t>(marker)};
    append_be(out, body.size() + 2, 2);
    append(out, body);
    return out;
}

// Inserts the segments after the SOI.
Bytes with_segments(Bytes jpeg, const Bytes& segment, int times) {
    Bytes all;
    for (int i = 0; i < times; ++i) append(all, segment);
    insert(jpeg, 2, all);
    return jpeg;
}

// Most significant bit first, with JPEG's zero byte after 0xFF.
class ScanBits {
  public:
    void put(unsigned bits, int count) {
        for (int i = count - 1; i >= 0; --i) {
            byte_ = byte_ << 1 | (bits >> i & 1);
            if (++filled_ == 8) flush();
        }
    }
    Bytes take() {
        while (filled_ != 0) put(1, 1);
        return std::move(out_);
    }

  private:
    void flush() {
        out_.push_back(static_cast<std::uint8_t>(byte_));
        if (byte_ == 0xFF) out_.push_back(0);
        byte_ = 0;
        filled_ = 0;
    }
    Bytes out_;
    unsigned byte_ = 0;
    int filled_ = 0;
};

// Code lengths 1 to 16, then the symbols: T.81 B.2.4.2.
Bytes huffman_table(std::uint8_t class_and_id, int length, const Bytes& symbols) {
    Bytes body{class_and_id};
    for (int i = 1; i <= 16; ++i)
        body.push_back(i == length ? static_cast<std::uint8_t>(symbols.size()) : 0);
    append(body, symbols);
    return segment(0xC4, body);
}

// End-of-band runs over all blocks; symbol EOBn has the code n of four bits.
Bytes end_of_band_runs(std::uint32_t blocks) {
    ScanBits bits;
    while (blocks > 0) {
        int n = 14;
        while ((1U << n) > blocks) --n;
        const std::uint32_t run = std::min(blocks, (2U << n) - 1);
        bits.put(static_cast<unsigned>(n), 4);
        bits.put(run - (1U << n), n);
        blocks -= run;
    }
    return bits.take();
}

void append_scan(Bytes& jpeg, const Bytes& components, int from, int to, int high, int low,
                 const Bytes& data) {
    Bytes body{static_cast<std::uint8_t>(components.size())};
    for (const std::uint8_t component : components) body.insert(body.end(), {component, 0});
    body.insert(body.end(), {static_cast<std::uint8_t>(from), static_cast<std::uint8_t>(to),
                             static_cast<std::uint8_t>(high << 4 | low)});
    append(jpeg, segment(0xDA, body));
    append(jpeg, data);
}

}  // namespace

Bytes jpeg_of_scans(int side, int scans) {
    Bytes jpeg{0xFF, 0xD8};
    Bytes quantization(65, 1);
    quantization[0] = 0;
    append(jpeg, segment(0xDB, quantization));
    Bytes frame{8};
    append_be(frame, static_cast<std::uint64_t>(side), 2);
    append_be(frame, static_cast<std::uint64_t>(side), 2);
    append(frame, Bytes{3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0});
    append(jpeg, segment(0xC2, frame));
    append(jpeg, huffman_table(0x00, 1, {0}));
    Bytes ends;
    for (int n = 0; n < 15; ++n) ends.push_back(static_cast<std::uint8_t>(n << 4));
    append(jpeg, huffman_table(0x10, 4, ends));
    const auto blocks = static_cast<std::uint32_t>((side + 7) / 8 * ((side + 7) / 8));
    append_scan(jpeg, {1, 2, 3}, 0, 0, 0, 0, Bytes((blocks * 3 + 7) / 8, 0));
    const Bytes data = end_of_band_runs(blocks);
    // Every scan visits a third of the coefficients of one component at one bit.
    for (int low = 12, done = 1; low >= 0; --low)
        for (const int from : {1, 22, 43})
            for (const int component : {1, 2, 3})
                if (done++ < scans)
                    append_scan(jpeg, {static_cast<std::uint8_t>(component)}, from, from + 20,
                                low == 12 ? 0 : low + 1, low, data);
    append(jpeg, Bytes{0xFF, 0xD9});
    return jpeg;
}

namespace {

Bytes exif_segment(const Bytes& tiff) {
    Bytes body = bytes_of("Exif\0\0"sv);
    append(body, tiff);
    return segment(0xE1, body);
}

// IHDR of that size; `rows` is what the IDAT holds, compressed.
Bytes png_of_rows(std::uint32_t width, std::uint32_t height, std::uint8_t depth,
                  std::uint8_t colours, std::uint8_t interlaced, const Bytes& rows) {
    Bytes png = bytes_of("\x89PNG\r\n\x1A\n"sv);
    Bytes header;
    append_be(header, width, 4);
    append_be(header, height, 4);
    append(header, Bytes{depth, colours, 0, 0, interlaced});
    append(png, png_chunk("IHDR", header));
    append(png, png_chunk("IDAT", rows));
    append(png, png_chunk("IEND", {}));
    return png;
}

// With that many stages in floating point, which lcms prefers to the profile's matrix.
Bytes profile_of_stages(int stages) {
    cmsHPROFILE profile = cmsCreate_sRGBProfile();
    cmsSetProfileVersion(profile, 4.3);
    const std::array<cmsFloat64Number, 9> matrix{1.001, 0, 0, 0, 0.999, 0, 0, 0, 1.0005};
    const std::array<cmsFloat64Number, 4> power{1.0001, 1, 0, 0};
    cmsToneCurve* curve = cmsBuildParametricToneCurve(nullptr, 6, power.data());
    const std::array<cmsToneCurve*, 3> curves{curve, curve, curve};
    cmsPipeline* pipeline = cmsPipelineAlloc(nullptr, 3, 3);
    for (int i = 0; i < stages; ++i)
        cmsPipelineInsertStage(pipeline, cmsAT_END,
                               i % 2 == 0
                                   ? cmsStageAllocToneCurves(nullptr, 3, curves.data())
                                   : cmsStageAllocMatrix(nullptr, 3, 3, matrix.data(), nullptr));
    cmsWriteTag(profile, cmsSigDToB1Tag, pipeline);
    cmsUInt32Number length = 0;
    cmsSaveProfileToMem(profile, nullptr, &length);
    Bytes bytes(length);
    cmsSaveProfileToMem(profile, bytes.data(), &length);
    cmsPipelineFree(pipeline);
    cmsFreeToneCurve(curve);
    cmsCloseProfile(profile);
    return bytes;
}

}  // namespace

std::size_t find_jpeg_marker(const Bytes& jpeg, unsigned marker) {
    for (std::size_t at = 2; at + 4 < jpeg.size(); at += 2 + be16(jpeg, at + 2))
        if (jpeg[at + 1] == marker) return at;
    return 0;
}

Bytes png_chunk(std::string_view name, const Bytes& body) {
    Bytes chunk;
    append_be(chunk, body.size(), 4);
    append(chunk, name);
    append(chunk, body);
    append_be(chunk, crc32(0, chunk.data() + 4, static_cast<unsigned>(chunk.size() - 4)), 4);
    return chunk;
}

Bytes with_png_chunk(Bytes png, const Bytes& chunk) {
    insert(png, 8 + 25, chunk);
    return png;
}

Bytes compressed_zeros(std::size_t length) {
    const Bytes zeros(length);
    uLongf size = compressBound(zeros.size());
    Bytes out(size);
    compress2(out.data(), &size, zeros.data(), zeros.size(), 1);
    out.resize(size);
    return out;
}

std::vector<HostilePicture> hostile_jpegs() {
    const Bytes good = jpeg_of(draw(64, 64));
    const std::size_t frame = find_jpeg_marker(good, 0xC0);
    const Bytes xmp = segment(0xE1, Bytes(65'000, 'x'));
    Bytes icc = bytes_of("ICC_PROFILE\0\1\x3C"sv);
    append(icc, Bytes(65'000, 0xFF));
    // The first directory declares 65,535 entries; the second is the first again.
    const Bytes loop = bytes_of("II*\0\x08\0\0\0\1\0\x0E\1\2\0\1\0\0\0\x08\0\0\0\x08\0\0\0"sv);
    Bytes long_directory = bytes_of("MM\0*\0\0\0\x08\xFF\xFF"sv);
    append(long_directory, Bytes(60'000, 0));
    Bytes many_tables = good;
    for (int i = 0; i < 9'000; ++i) insert(many_tables, 2, huffman_table(0x00, 1, {0}));
    return {
        {"sides_of_65535", patched(good, frame + 5, {0xFF, 0xFF, 0xFF, 0xFF})},
        {"fifty_megapixels_in_a_small_file", patched(good, frame + 5, {0x1B, 0x58, 0x1B, 0x58})},
        {"zero_width", patched(good, frame + 7, {0, 0})},
        {"zero_height", patched(good, frame + 5, {0, 0})},
        {"ten_components", patched(good, frame + 9, {10})},
        {"sampling_of_four_by_four", patched(good, frame + 11, {0x44}), true},
        {"sampling_of_zero", patched(good, frame + 11, {0x00})},
        {"quantization_table_missing", patched(good, frame + 12, {3})},
        {"refinements_in_100_scans", jpeg_of_scans(5'100, 100), true},
        {"refinements_in_118_scans", jpeg_of_scans(5'100, 118)},
        {"xmp_of_3_9_megabytes", with_segments(good, xmp, 60), true},
        {"icc_of_3_9_megabytes_of_nonsense", with_segments(good, segment(0xE2, icc), 60), true},
        {"icc_of_1000_stages", jpeg_of(draw(64, 64), {.profile = profile_of_stages(1'000)}), true},
        {"exif_directory_that_follows_itself", with_segments(good, exif_segment(loop), 1), true},
        {"exif_directory_of_65535_entries", with_segments(good, exif_segment(long_directory), 60),
         true},
        {"nine_thousand_huffman_tables", many_tables, true},
        {"four_megabytes_of_fill_bytes", with_segments(good, Bytes(3'900'000, 0xFF), 1), true},
        {"one_million_restart_markers", with_segments(good, Bytes{0xFF, 0xD0}, 1'000'000), true},
    };
}

std::vector<HostilePicture> hostile_pngs() {
    const Bytes good = file_of(draw(64, 64), ".png");
    Bytes text{'k', 0, 0};
    append(text, compressed_zeros(64 << 20));
    Bytes international{'k', 0, 1, 0, 0, 0};
    append(international, compressed_zeros(64 << 20));
    Bytes bombs = good;
    for (int i = 0; i < 6; ++i) {
        bombs = with_png_chunk(bombs, png_chunk("zTXt", text));
        bombs = with_png_chunk(bombs, png_chunk("iTXt", international));
    }
    Bytes empty_data = good;
    const Bytes nothing = png_chunk("IDAT", {});
    Bytes many;
    for (int i = 0; i < 300'000; ++i) append(many, nothing);
    insert(empty_data, 8 + 25, many);
    const Bytes rows_of_16_bits = compressed_zeros(5'100UL * (5'100 * 8 + 1) + 64'000);
    return {
        {"sides_of_61504", patched(patched(good, 18, {0xF0}), 22, {0xF0})},
        {"zero_width", png_of_rows(0, 64, 8, 2, 0, compressed_zeros(64))},
        {"sides_of_two_to_the_31", png_of_rows(0x80000000, 0x80000000, 8, 2, 0, {})},
        {"twenty_six_megapixels_of_16_bits", png_of_rows(5'100, 5'100, 16, 6, 0, rows_of_16_bits),
         true},
        {"twenty_six_megapixels_of_16_bits_interlaced",
         png_of_rows(5'100, 5'100, 16, 6, 1, rows_of_16_bits), true},
        {"twenty_six_megapixels_and_no_data", png_of_rows(5'100, 5'100, 8, 2, 0, {})},
        {"data_beyond_the_last_row", png_of_rows(64, 64, 8, 2, 0, compressed_zeros(64 << 20)),
         true},
        {"palette_missing", png_of_rows(64, 64, 8, 3, 0, compressed_zeros(4'160))},
        {"depth_of_5", png_of_rows(64, 64, 5, 0, 0, compressed_zeros(4'160))},
        {"colour_type_of_7", png_of_rows(64, 64, 8, 7, 0, compressed_zeros(4'160))},
        {"interlacing_of_9", png_of_rows(64, 64, 8, 0, 9, compressed_zeros(4'160))},
        {"768_megabytes_of_text", bombs, true},
        {"icc_of_64_megabytes", with_png_chunk(good, png_chunk("iCCP", text)), true},
        {"three_hundred_thousand_empty_chunks", empty_data, true},
    };
}

namespace {

// An image of one pixel, without the header of its file.
const Bytes kGifPixel{0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0};

Bytes gif_with_frames(const Bytes& good, int frames) {
    Bytes gif(good.begin(), good.end() - 1);
    for (int i = 0; i < frames; ++i) append(gif, kGifPixel);
    gif.push_back(0x3B);
    return gif;
}

// One frame whose data is LZW's shortest: an empty code after clear codes.
Bytes gif_of_clear_codes(int codes) {
    Bytes gif =
        bytes_of("GIF89a\x40\0\x40\0\x80\0\0\0\0\0\xFF\xFF\xFF\x2C\0\0\0\0\x40\0\x40\0\0\2"sv);
    for (int left = codes; left > 0; left -= 255) {
        gif.push_back(static_cast<std::uint8_t>(std::min(left, 255)));
        gif.insert(gif.end(), static_cast<std::size_t>(std::min(left, 255)), 0x24);
    }
    append(gif, Bytes{0, 0x3B});
    return gif;
}

// Least significant bit first, as in VP8L.
class LosslessBits {
  public:
    void put(std::uint32_t bits, int count) {
        for (int i = 0; i < count; ++i, ++filled_) {
            if (filled_ % 8 == 0) out_.push_back(0);
            out_.back() = static_cast<std::uint8_t>(out_.back() | (bits >> i & 1) << filled_ % 8);
        }
    }
    // A prefix code with the single symbol 0, which has no bits.
    void put_code_of_one_symbol() { put(0b0001, 4); }
    void put_group() {
        for (int i = 0; i < 5; ++i) put_code_of_one_symbol();
    }
    // A prefix code in which each of 256 symbols has eight bits: RFC 9649, 6.2.1.
    void put_code_of_bytes() {
        put(0, 1);
        put(12 - 4, 4);
        for (int i = 0; i < 11; ++i) put(0, 3);
        put(1, 3);  // the only length is 8
        put(1, 1);
        put(3, 3);
        put(256 - 2, 8);
    }
    Bytes take() { return std::move(out_); }

  private:
    Bytes out_;
    unsigned filled_ = 0;
};

LosslessBits lossless_head(std::uint32_t width, std::uint32_t height) {
    LosslessBits bits;
    bits.put(0x2F, 8);
    bits.put(width - 1, 14);
    bits.put(height - 1, 14);
    bits.put(0, 4);  // no alpha, version 0
    bits.put(0, 1);  // no transform
    bits.put(0, 1);  // no colour cache
    return bits;
}

Bytes flat_lossless(std::uint32_t width, std::uint32_t height) {
    LosslessBits bits = lossless_head(width, height);
    bits.put(0, 1);  // one group of codes
    bits.put_group();
    return bits.take();
}

// Each block of 16x16 pixels has its own five prefix codes, up to 65,536 groups of tables.
Bytes lossless_of_many_groups() {
    constexpr std::uint32_t kBlocks = 320;
    LosslessBits bits = lossless_head(16 * kBlocks, 16 * kBlocks);
    bits.put(1, 1);
    bits.put(2, 3);  // blocks of 16
    bits.put(0, 1);  // no colour cache
    bits.put_code_of_bytes();
    bits.put_code_of_bytes();
    for (int i = 0; i < 3; ++i) bits.put_code_of_one_symbol();
    for (std::uint32_t block = 0; block < kBlocks * kBlocks; ++block)
        bits.put(std::min(block, 65'535U), 16);
    for (int group = 0; group < 65'536; ++group) bits.put_group();
    return bits.take();
}

Bytes riff_chunk(std::string_view name, const Bytes& body) {
    Bytes chunk = bytes_of(name);
    append_le(chunk, body.size(), 4);
    append(chunk, body);
    if (body.size() % 2 != 0) chunk.push_back(0);
    return chunk;
}

Bytes webp_of_chunks(const Bytes& chunks) {
    Bytes webp = bytes_of("RIFF");
    append_le(webp, chunks.size() + 4, 4);
    append(webp, "WEBP"sv);
    append(webp, chunks);
    return webp;
}

Bytes extended_head(std::uint8_t flags, std::uint32_t width, std::uint32_t height) {
    Bytes body{flags, 0, 0, 0};
    append_le(body, width - 1, 3);
    append_le(body, height - 1, 3);
    return riff_chunk("VP8X", body);
}

Bytes animation_frame(std::uint32_t left, std::uint32_t width, std::uint32_t height,
                      const Bytes& lossless) {
    Bytes body;
    append_le(body, left / 2, 3);
    append_le(body, 0, 3);
    append_le(body, width - 1, 3);
    append_le(body, height - 1, 3);
    append_le(body, 100, 4);
    append(body, riff_chunk("VP8L", lossless));
    return riff_chunk("ANMF", body);
}

Bytes animated_webp(std::uint32_t side, const Bytes& frame, int frames) {
    Bytes chunks = extended_head(2, side, side);
    append(chunks, riff_chunk("ANIM", Bytes(6, 0)));
    for (int i = 0; i < frames; ++i) append(chunks, frame);
    return webp_of_chunks(chunks);
}

}  // namespace

std::vector<HostilePicture> hostile_gifs() {
    const Bytes good = file_of(draw(64, 64), ".gif");
    const std::size_t image = 13 + (good[10] >= 0x80 ? 3U << ((good[10] & 7) + 1) : 0);
    Bytes extensions(good.begin(), good.end() - 1);
    for (int i = 0; i < 900'000; ++i) append(extensions, Bytes{0x21, 0xFE, 0});
    extensions.push_back(0x3B);
    Bytes unending = good;
    unending.pop_back();
    append(unending, Bytes(3'000'000, 0x21));
    return {
        {"screen_of_65535", patched(good, 6, {0xFF, 0xFF, 0xFF, 0xFF})},
        {"screen_of_zero", patched(good, 6, {0, 0, 0, 0}), true},
        {"frame_of_65535", patched(good, image + 5, {0xFF, 0xFF, 0xFF, 0xFF})},
        {"frame_of_zero", patched(good, image + 5, {0, 0, 0, 0})},
        {"frame_far_off_the_screen", patched(good, image + 1, {0xFF, 0xFF})},
        {"two_hundred_thousand_frames", gif_with_frames(good, 200'000), true},
        {"nine_hundred_thousand_extensions", extensions, true},
        {"extensions_without_end", unending},
        {"four_megabytes_of_clear_codes", gif_of_clear_codes(3'900'000), true},
        {"code_size_of_255", patched(good, image + 10 + 768, {255})},
        {"trailer_missing", Bytes(good.begin(), good.end() - 1), true},
    };
}

std::vector<HostilePicture> hostile_webps() {
    const Bytes good = file_of(draw(64, 64), ".webp");
    const Bytes pixel = flat_lossless(1, 1);
    const auto simple = [](const Bytes& lossless) {
        return webp_of_chunks(riff_chunk("VP8L", lossless));
    };
    Bytes profile = extended_head(0x20, 64, 64);
    append(profile, riff_chunk("ICCP", Bytes(3'900'000, 0xFF)));
    append(profile, riff_chunk("VP8L", flat_lossless(64, 64)));
    Bytes lying = extended_head(0, 64, 64);
    append(lying, riff_chunk("VP8L", flat_lossless(16'000, 16'000)));
    return {
        {"twenty_six_megapixels_in_30_bytes", simple(flat_lossless(16'384, 1'600)), true},
        {"two_hundred_megapixels_in_30_bytes", simple(flat_lossless(16'384, 16'384))},
        {"sixty_five_thousand_groups_of_codes", simple(lossless_of_many_groups()), true},
        {"canvas_smaller_than_its_picture", webp_of_chunks(lying)},
        {"canvas_of_16_million_pixels_a_side", webp_of_chunks(extended_head(0, 1 << 24, 1 << 24))},
        {"ninety_thousand_frames", animated_webp(64, animation_frame(0, 1, 1, pixel), 90'000),
         true},
        {"frame_off_the_canvas", animated_webp(64, animation_frame(64, 1, 1, pixel), 1)},
        {"frame_larger_than_it_says",
         animated_webp(64, animation_frame(0, 1, 1, flat_lossless(16'000, 16'000)), 1)},
        {"icc_of_3_9_megabytes_of_nonsense", webp_of_chunks(profile), true},
        {"length_beyond_the_file", patched(good, 4, {0xFF, 0xFF, 0xFF, 0x7F})},
        {"chunk_length_of_four_gigabytes", patched(good, 16, {0xFF, 0xFF, 0xFF, 0xFF})},
    };
}

std::vector<HostilePicture> disguised_files() {
    const auto svg = "<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'/>"sv;
    const auto mvg = "push graphic-context\nimage over 0,0 0,0 'https://127.0.0.1/x'\npop\n"sv;
    const auto pdf = "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"sv;
    std::vector<HostilePicture> files;
    for (const auto& [name, text] : {std::pair{"svg", svg}, {"mvg", mvg}, {"pdf", pdf}}) {
        files.push_back({std::string(name) + "_alone", bytes_of(text)});
        for (const auto& [format, magic] : {std::pair{"jpeg", "\xFF\xD8\xFF\xE0"sv},
                                            {"png", "\x89PNG\r\n\x1A\n"sv},
                                            {"gif", "GIF89a"sv},
                                            {"webp", "RIFF\xFF\0\0\0WEBPVP8 "sv},
                                            {"heif",
                                             "\0\0\0\x18"
                                             "ftypheic\0\0\0\0heicmif1"sv}}) {
            Bytes file = bytes_of(magic);
            append(file, text);
            files.push_back({std::string(name) + "_behind_the_magic_of_" + format, file});
        }
        for (const char* suffix : {".jpg", ".png", ".gif", ".webp"}) {
            Bytes file = file_of(draw(64, 64), suffix);
            append(file, text);
            files.push_back({std::string(suffix + 1) + "_that_is_" + name + "_too", file, true});
        }
    }
    return files;
}

}  // namespace cameo::image::test
