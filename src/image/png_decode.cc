#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "image/byte_reader.h"
#include "image/codecs.h"
#include "image/coded_colour.h"
#include "image/colour.h"
#include "image/header.h"

namespace cameo::image {
namespace {

using namespace std::string_view_literals;
using photo::Size;

// Of an ICC profile, decompressed; libpng's own limit is twice that.
constexpr png_alloc_size_t kMaxChunkBytes = 4 << 20;
// Of an ICC profile, compressed: display profiles of phones have 0.5 KB, profiles with tables some
// hundred.
constexpr std::size_t kMaxProfileBytes = 512 << 10;

constexpr std::array kKeptChunks{"IHDR"sv, "PLTE"sv, "tRNS"sv, "IDAT"sv, "IEND"sv};

std::unexpected<Error> damaged(std::string cause) {
    return fail(Fault::invalid_image, "The PNG is damaged or truncated.", std::move(cause));
}

// libpng's error handler must not return: it jumps to where `run` was called. The function given to
// `run` must therefore hold no local that has a destructor.
class Reader {
  public:
    explicit Reader(ByteView file) : rest_(file) {
        png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail,
                                      [](png_structp, png_const_charp) {});
        if (png_ != nullptr) info_ = png_create_info_struct(png_);
    }
    ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    bool read_header() {
        return info_ != nullptr && run([&] {
                   png_set_chunk_malloc_max(png_, kMaxChunkBytes);
                   png_set_read_fn(png_, this, copy_bytes);
                   png_read_info(png_, info_);
               });
    }

    photo::Size size() const {
        return {static_cast<int>(png_get_image_width(png_, info_)),
                static_cast<int>(png_get_image_height(png_, info_))};
    }

    Bytes profile() const {
        png_charp name = nullptr;
        int compression = 0;
        png_bytep data = nullptr;
        png_uint_32 length = 0;
        if (png_get_iCCP(png_, info_, &name, &compression, &data, &length) == 0) return {};
        return {data, data + length};
    }

    // Eight bits a channel; palette and transparent colour are resolved.
    bool choose_output() {
        return run([&] {
            png_set_expand(png_);
            png_set_scale_16(png_);
            passes_ = png_set_interlace_handling(png_);
            png_read_update_info(png_, info_);
        });
    }
    // The library's last message.
    const char* message() const { return message_.data(); }
    int channels() const { return png_get_channels(png_, info_); }

    bool read_pixels(Picture& picture) {
        // Each pass of an interlaced picture fills in pixels of the same rows.
        const std::size_t row_bytes = png_get_rowbytes(png_, info_);
        const auto rows = static_cast<std::size_t>(passes_ > 1 ? picture.size.height : 1);
        std::vector<std::uint8_t> pixels(rows * row_bytes);
        return run([&] {
            for (int pass = 0; pass < passes_; ++pass)
                for (int y = 0; y < picture.size.height; ++y) {
                    std::uint8_t* row =
                        pixels.data() + (rows > 1 ? static_cast<std::size_t>(y) * row_bytes : 0);
                    png_read_row(png_, row, nullptr);
                    if (pass == passes_ - 1) set_row(picture, y, row, channels());
                }
            png_read_end(png_, nullptr);
        });
    }

  private:
    template <class Work>
    bool run(Work work) {
        if (setjmp(return_point_) != 0) return false;
        work();
        return true;
    }

    [[noreturn]] static void fail(png_structp png, png_const_charp message) {
        auto* reader = static_cast<Reader*>(png_get_error_ptr(png));
        const std::string_view text(message);
        std::ranges::copy(text.substr(0, reader->message_.size() - 1), reader->message_.begin());
        std::longjmp(reader->return_point_, 1);
    }

    static void copy_bytes(png_structp png, png_bytep to, std::size_t count) {
        auto* reader = static_cast<Reader*>(png_get_io_ptr(png));
        if (reader->rest_.size() < count) fail(png, "the file ends");
        std::copy_n(reader->rest_.begin(), count, to);
        reader->rest_ = reader->rest_.subspan(count);
    }

    ByteView rest_;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
    int passes_ = 1;
    std::jmp_buf return_point_{};
    std::array<char, 100> message_{};
};

std::uint32_t checksum_of(std::string_view name, ByteView body) {
    auto sum =
        crc32(0, reinterpret_cast<const Bytef*>(name.data()), static_cast<uInt>(name.size()));
    // zlib takes no data at all for the beginning of a checksum.
    if (!body.empty()) sum = crc32(sum, body.data(), static_cast<uInt>(body.size()));
    return static_cast<std::uint32_t>(sum);
}

void append_be32(Bytes& to, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        to.push_back(static_cast<std::uint8_t>(value >> shift));
}

void append_chunk(Bytes& to, std::string_view name, ByteView body) {
    append_be32(to, static_cast<std::uint32_t>(body.size()));
    to.insert(to.end(), name.begin(), name.end());
    to.insert(to.end(), body.begin(), body.end());
    append_be32(to, checksum_of(name, body));
}

std::uint32_t stored_checksum(const PngChunk& chunk) {
    return be32(chunk.whole, chunk.whole.size() - 4);
}

// The zlib stream with the checksum (Adler-32) that it lacks, or has in part. nullopt where it is
// not complete, has a checksum, or decompresses to more than `most` bytes.
std::optional<Bytes> with_checksum(Bytes stream, std::uint64_t most) {
    constexpr std::size_t kHeadBytes = 2;
    constexpr int kWithoutHead = -15;  // and without a checksum; windows of 32 KB
    constexpr std::size_t kChecksumBytes = 4;
    z_stream zlib{};
    if (stream.size() < kHeadBytes || inflateInit2(&zlib, kWithoutHead) != Z_OK)
        return std::nullopt;
    zlib.next_in = stream.data() + kHeadBytes;
    zlib.avail_in = static_cast<uInt>(stream.size() - kHeadBytes);
    std::vector<std::uint8_t> out(1 << 16);
    auto sum = adler32(0, nullptr, 0);
    int status = Z_OK;
    while (status == Z_OK && zlib.total_out <= most) {
        zlib.next_out = out.data();
        zlib.avail_out = static_cast<uInt>(out.size());
        status = inflate(&zlib, Z_NO_FLUSH);
        sum = adler32(sum, out.data(), static_cast<uInt>(out.size()) - zlib.avail_out);
    }
    inflateEnd(&zlib);
    if (status != Z_STREAM_END || zlib.avail_in >= kChecksumBytes) return std::nullopt;
    stream.resize(stream.size() - zlib.avail_in);
    append_be32(stream, static_cast<std::uint32_t>(sum));
    return stream;
}

// The file with the checksum at the end of its pixels' data that some writers leave out; nullopt
// where anything else is wrong.
std::optional<Bytes> with_data_checksum(ByteView file, photo::Size size) {
    Bytes repaired(file.begin(), file.begin() + kPngSignatureBytes);
    Bytes data;
    ByteView rest = file.subspan(kPngSignatureBytes);
    while (const auto chunk = take_png_chunk(rest)) {
        if (chunk->name == "IEND") break;
        if (chunk->name != "IDAT") {
            repaired.insert(repaired.end(), chunk->whole.begin(), chunk->whole.end());
            continue;
        }
        if (checksum_of(chunk->name, chunk->body) != stored_checksum(*chunk)) return std::nullopt;
        data.insert(data.end(), chunk->body.begin(), chunk->body.end());
    }
    // Four channels of 16 bits; an interlaced picture has rows in each of seven passes.
    const auto row_bytes = 8 * static_cast<std::uint64_t>(size.width) + 8;
    const auto rows = 2 * static_cast<std::uint64_t>(size.height) + 8;
    const auto stream = with_checksum(std::move(data), row_bytes * rows);
    if (!stream) return std::nullopt;
    append_chunk(repaired, "IDAT", *stream);
    append_chunk(repaired, "IEND", {});
    return repaired;
}

// The colour information of the chunks before the pixels.
struct ColourChunks {
    ByteView cicp;
    bool is_srgb = false;
    std::optional<double> exponent;
    std::optional<Primaries> primaries;

    explicit ColourChunks(ByteView file) {
        ByteView rest = file.subspan(kPngSignatureBytes);
        while (const auto chunk = take_png_chunk(rest)) {
            const ByteView body = chunk->body;
            const auto number = [&](std::size_t at) { return be32(body, at) / 100'000.0; };
            const auto point = [&](std::size_t at) {
                return Chromaticity{number(at), number(at + 4)};
            };
            if (chunk->name == "IDAT") break;
            if (chunk->name == "cICP" && body.size() == 4) cicp = body;
            if (chunk->name == "sRGB") is_srgb = true;
            if (chunk->name == "gAMA" && body.size() == 4 && be32(body, 0) > 0)
                exponent = 1 / number(0);
            if (chunk->name == "cHRM" && body.size() == 32)
                primaries = Primaries{point(0), point(8), point(16), point(24)};
        }
    }
};

// PNG, third edition, 11.3.2: cICP ranks before iCCP, that before sRGB, and that before gAMA and
// cHRM.
Bytes profile_of(ByteView file, Bytes icc, bool grey) {
    const ColourChunks chunks(file);
    if (!chunks.cicp.empty()) {
        Bytes profile = profile_of_codes(chunks.cicp[0], chunks.cicp[1], grey);
        if (!profile.empty()) return profile;
    }
    if (!icc.empty() || chunks.is_srgb || (!chunks.exponent && !chunks.primaries)) return icc;
    return profile_of_numbers(chunks.exponent, chunks.primaries, grey);
}

// `stripped` is `file` as strip_png leaves it.
Result<Decoded> decode_stripped(ByteView stripped, ByteView file, const SizeCheck& check) {
    Reader reader(stripped);
    if (!reader.read_header()) return damaged(reader.message());
    if (auto allowed = check(reader.size(), false); !allowed)
        return std::unexpected(allowed.error());
    if (!reader.choose_output()) return damaged(reader.message());
    const bool grey = reader.channels() < 3;
    Decoded decoded{full_picture(reader.size(), grey), profile_of(file, reader.profile(), grey)};
    if (!reader.read_pixels(decoded.picture)) return damaged(reader.message());
    return decoded;
}

}  // namespace

Bytes strip_png(ByteView file) {
    constexpr std::size_t kPaletteEntryBytes = 3;
    Bytes kept;
    kept.reserve(file.size());
    const auto keep = [&](ByteView bytes) { kept.insert(kept.end(), bytes.begin(), bytes.end()); };
    keep(file.first(kPngSignatureBytes));
    ByteView rest = file.subspan(kPngSignatureBytes);
    std::size_t colours = 0;  // of the palette
    for (bool has_profile = false; const auto chunk = take_png_chunk(rest);) {
        const bool is_profile = chunk->name == "iCCP";
        if (chunk->name == "PLTE") colours = chunk->body.size() / kPaletteEntryBytes;
        if (is_profile ? !has_profile && chunk->body.size() <= kMaxProfileBytes
                       : std::ranges::find(kKeptChunks, chunk->name) != kKeptChunks.end()) {
            // libpng drops the transparency of a picture that has more of it than colours.
            if (chunk->name == "tRNS" && colours > 0 && chunk->body.size() > colours)
                append_chunk(kept, "tRNS", chunk->body.first(colours));
            else
                keep(chunk->whole);
        }
        has_profile = has_profile || is_profile;
        if (chunk->name == "IEND") return kept;
    }
    if (has_text(rest, 4, "IDAT")) append_chunk(kept, "IDAT", rest.subspan(8));
    append_chunk(kept, "IEND", {});
    return kept;
}

Result<Decoded> decode_png(ByteView file, const SizeCheck& check) {
    const Bytes stripped = strip_png(file);
    Size size;
    auto decoded = decode_stripped(stripped, file, [&](Size stored, bool in_strips) {
        size = stored;
        return check(stored, in_strips);
    });
    if (decoded || decoded.error().fault != Fault::invalid_image) return decoded;
    const auto repaired = with_data_checksum(stripped, size);
    if (!repaired) return decoded;
    return decode_stripped(*repaired, file, check);
}

}  // namespace cameo::image
