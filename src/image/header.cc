#include "image/header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "image/box_reader.h"
#include "image/unsupported_file.h"

namespace cameo::image {
namespace {

using namespace std::string_view_literals;

constexpr auto kPngSignature = "\x89PNG\r\n\x1A\n"sv;

std::unexpected<Error> damaged(std::string_view format) {
    return fail(Fault::invalid_image, fmt::format("The {} is damaged or truncated.", format));
}

int as_int(std::uint32_t value) { return static_cast<int>(value); }

// Brands of still pictures and image sequences: HEIF (ISO/IEC 23008-12) and AVIF 1.1.
constexpr std::array kHeifBrands{"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv,
                                 "hevx"sv, "mif1"sv, "msf1"sv, "avif"sv, "avis"sv};

// A compatible brand names a format that the file conforms to, in any position (ISO/IEC
// 14496-12, 4.3).
bool is_heif(ByteView file) {
    constexpr std::size_t kMaxBrandBytes = 4'096;
    constexpr std::size_t kVersionAt = 4;  // between the first brand and the others
    if (!has_text(file, 4, "ftyp")) return false;
    const auto ftyp = take_box(file);
    // Of a file that ends within the box the first brand decides.
    const ByteView brands =
        ftyp ? ftyp->body : file.subspan(8, std::min<std::size_t>(file.size() - 8, 4));
    for (std::size_t at = 0; at + 4 <= std::min(brands.size(), kMaxBrandBytes); at += 4)
        if (at != kVersionAt &&
            std::ranges::find(kHeifBrands, as_text(brands.subspan(at, 4))) != kHeifBrands.end())
            return true;
    return false;
}

// EXIF.
class Tiff {
  public:
    Tiff(ByteView bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

    // Zero beyond the end, which means no tag and no entries.
    std::uint32_t u16(std::size_t at) const {
        if (at + 2 > bytes_.size()) return 0;
        return big_endian_ ? be16(bytes_, at) : le16(bytes_, at);
    }
    std::uint32_t u32(std::size_t at) const {
        const std::uint32_t a = u16(at);
        const std::uint32_t b = u16(at + 2);
        return big_endian_ ? a << 16 | b : b << 16 | a;
    }

  private:
    ByteView bytes_;
    bool big_endian_;
};

std::optional<Tiff> open_tiff(ByteView bytes) {
    if (bytes.size() < 8) return std::nullopt;
    const bool big_endian = bytes[0] == 'M' && bytes[1] == 'M';
    if (!big_endian && (bytes[0] != 'I' || bytes[1] != 'I')) return std::nullopt;
    const Tiff tiff(bytes, big_endian);
    if (tiff.u16(2) != 42) return std::nullopt;
    return tiff;
}

// JPEG.
constexpr int kStartOfImage = 0xD8;
constexpr int kEndOfImage = 0xD9;
constexpr int kStartOfScan = 0xDA;
constexpr int kApp1 = 0xE1;
constexpr auto kExif = "Exif\0\0"sv;

// SOF0 to SOF15 without DHT, JPG and DAC, which are in that range; and SOF55 of JPEG-LS (T.87).
bool is_frame(int marker) {
    return (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 &&
            marker != 0xCC) ||
           marker == 0xF7;
}

bool has_no_segment(int marker) {
    return marker == 0x01 || (marker >= 0xD0 && marker <= kStartOfImage);
}

class JpegMarkerParser {
  public:
    explicit JpegMarkerParser(ByteView file) : file_(file) {}

    Result<Header> parse() {
        while (const auto marker = next_marker()) {
            if (*marker == kEndOfImage) break;
            if (has_no_segment(*marker)) continue;
            const auto segment = take_segment();
            if (!segment) break;
            if (*marker == kStartOfScan) return parse_scan(*segment);
            if (is_frame(*marker)) {
                if (auto parsed = parse_frame(*marker, *segment); !parsed)
                    return std::unexpected(parsed.error());
            }
            if (*marker == kApp1) parse_exif(*segment);
        }
        return fail(Fault::invalid_image, "The JPEG ends before its picture begins.");
    }

  private:
    // Skips bytes before the marker, as libjpeg does.
    std::optional<int> next_marker() {
        while (at_ + 1 < file_.size()) {
            const void* found = std::memchr(file_.data() + at_, 0xFF, file_.size() - at_ - 1);
            if (found == nullptr) break;
            at_ = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - file_.data());
            const int marker = file_[at_ + 1];
            if (marker == 0xFF) {
                ++at_;
                continue;
            }
            at_ += 2;
            if (marker != 0) return marker;
        }
        return std::nullopt;
    }

    // Without its length; nullopt if the file ends inside it.
    std::optional<ByteView> take_segment() {
        if (file_.size() - at_ < 2) return std::nullopt;
        const std::size_t length = be16(file_, at_);
        if (length < 2 || file_.size() - at_ < length) return std::nullopt;
        const ByteView segment = file_.subspan(at_ + 2, length - 2);
        at_ += length;
        return segment;
    }

    Result<void> parse_frame(int marker, ByteView segment) {
        if (segment.size() < 6 || components_ != 0)
            return fail(Fault::invalid_image, "The JPEG has a damaged frame header.");
        const bool sequential = marker == 0xC0 || marker == 0xC1;
        const bool progressive = marker == 0xC2;
        if (segment[0] != 8 || (!sequential && !progressive))
            return fail(Fault::unsupported_format,
                        "Arithmetic, lossless, hierarchical and 12-bit JPEGs and JPEG-LS are not "
                        "supported.");
        header_.size = {as_int(be16(segment, 3)), as_int(be16(segment, 1))};
        header_.decodes_in_strips = sequential;
        components_ = segment[5];
        if (header_.size.shorter_side() == 0 || components_ == 0)
            return fail(Fault::invalid_image, "The JPEG declares a picture without pixels.");
        return {};
    }

    Result<Header> parse_scan(ByteView segment) {
        if (components_ == 0 || segment.empty())
            return fail(Fault::invalid_image, "The JPEG has a scan before its frame header.");
        if (segment[0] != components_) header_.decodes_in_strips = false;
        return header_;
    }

    void parse_exif(ByteView segment) {
        if (has_exif_ || !has_text(segment, 0, kExif)) return;
        const ByteView tiff = segment.subspan(kExif.size());
        has_exif_ = open_tiff(tiff).has_value();  // some programs write an empty one first
        header_.orientation = exif_orientation(tiff);
    }

    ByteView file_;
    std::size_t at_ = 0;
    Header header_{.format = Format::jpeg};
    unsigned components_ = 0;
    bool has_exif_ = false;
};

// Some writers leave out the end (IEND) or are cut off in it, so the decoder judges by the rows.
Result<Header> read_png(ByteView file) {
    Header header{.format = Format::png};
    ByteView rest = file.subspan(kPngSignatureBytes);
    bool has_data = false;
    for (bool is_first = true; const auto chunk = take_png_chunk(rest); is_first = false) {
        if (is_first != (chunk->name == "IHDR")) return damaged("PNG");
        if (is_first) {
            if (chunk->body.size() != 13) return damaged("PNG");
            constexpr std::uint32_t kMax = 0x7FFFFFFF;
            const auto [width, height] = std::pair(be32(chunk->body, 0), be32(chunk->body, 4));
            if (width == 0 || height == 0 || width > kMax || height > kMax) return damaged("PNG");
            header.size = {as_int(width), as_int(height)};
        }
        if (chunk->name == "eXIf" && header.orientation == Orientation::upright)
            header.orientation = exif_orientation(chunk->body);
        has_data = has_data || chunk->name == "IDAT";
        if (chunk->name == "IEND") return header;
    }
    const bool has_size = header.size.shorter_side() > 0;
    if (has_size && (has_data || has_text(rest, 4, "IDAT"))) return header;
    return damaged("PNG");
}

// The canvas, of the chunk that declares it; nullopt for the others. RFC 9649 sections 2.5 to 2.7,
// RFC 6386 section 9.1.
std::optional<photo::Size> webp_canvas(std::string_view name, ByteView body) {
    if (name == "VP8X" && body.size() >= 10)
        return photo::Size{as_int(le24(body, 4)) + 1, as_int(le24(body, 7)) + 1};
    if (name == "VP8L" && body.size() >= 5) {
        const std::uint32_t bits = le32(body, 1);
        return photo::Size{as_int(bits & 0x3FFF) + 1, as_int(bits >> 14 & 0x3FFF) + 1};
    }
    if (name == "VP8 " && body.size() >= 10)
        return photo::Size{as_int(le16(body, 6) & 0x3FFF), as_int(le16(body, 8) & 0x3FFF)};
    return std::nullopt;
}

Result<Header> read_webp(ByteView file) {
    constexpr std::size_t kFirstChunk = 12;
    // Some writers leave out the byte that makes the last chunk even.
    if (file.size() < kFirstChunk || le32(file, 4) > file.size() - 8 + 1) return damaged("WebP");
    const ByteView riff = file.first(std::min<std::size_t>(file.size(), 8 + le32(file, 4)));
    Header header{.format = Format::webp};
    for (std::size_t at = kFirstChunk; at + 8 <= riff.size();) {
        const std::size_t length = le32(riff, at + 4);
        if (length > riff.size() - at - 8) return damaged("WebP");
        const std::string_view name = as_text(riff.subspan(at, 4));
        const ByteView body = riff.subspan(at + 8, length);
        if (const auto size = webp_canvas(name, body); size && header.size == photo::Size{})
            header.size = *size;
        if (name == "EXIF" && header.orientation == Orientation::upright)
            header.orientation =
                exif_orientation(has_text(body, 0, "Exif") && length >= 6 ? body.subspan(6) : body);
        at += 8 + length + length % 2;
    }
    if (header.size.shorter_side() <= 0) return damaged("WebP");
    return header;
}

// The picture that begins `rest`, behind the colour table of the screen; nullopt where there is
// none. GIF89a, 20 to 25.
std::optional<photo::Size> first_gif_picture(ByteView rest) {
    constexpr std::uint8_t kExtension = 0x21;
    constexpr std::uint8_t kImage = 0x2C;
    while (rest.size() >= 2 && rest[0] == kExtension) {
        rest = rest.subspan(2);
        while (!rest.empty() && rest[0] != 0 && rest.size() > rest[0])
            rest = rest.subspan(1 + std::size_t{rest[0]});
        if (rest.empty() || rest[0] != 0) return std::nullopt;
        rest = rest.subspan(1);
    }
    if (rest.size() < 10 || rest[0] != kImage) return std::nullopt;
    return photo::Size{as_int(le16(rest, 1) + le16(rest, 5)),
                       as_int(le16(rest, 3) + le16(rest, 7))};
}

// A screen without a size has that of its first picture.
Result<Header> read_gif(ByteView file) {
    constexpr std::size_t kScreenBytes = 13;
    if (file.size() < kScreenBytes) return damaged("GIF");
    Header header{.format = Format::gif, .size = {as_int(le16(file, 6)), as_int(le16(file, 8))}};
    if (header.size.shorter_side() <= 0) {
        const std::size_t colours = (file[10] & 0x80U) != 0 ? 2U << (file[10] & 7U) : 0;
        if (file.size() < kScreenBytes + 3 * colours) return damaged("GIF");
        const auto picture = first_gif_picture(file.subspan(kScreenBytes + 3 * colours));
        if (!picture) return damaged("GIF");
        header.size = {std::max(header.size.width, picture->width),
                       std::max(header.size.height, picture->height)};
    }
    if (header.size.shorter_side() <= 0) return damaged("GIF");
    return header;
}

}  // namespace

std::optional<Format> find_format(ByteView file) {
    if (has_text(file, 0, "\xFF\xD8\xFF"sv)) return Format::jpeg;
    if (has_text(file, 0, kPngSignature)) return Format::png;
    if (has_text(file, 0, "RIFF") && has_text(file, 8, "WEBP")) return Format::webp;
    if (has_text(file, 0, "GIF87a") || has_text(file, 0, "GIF89a")) return Format::gif;
    if (is_heif(file)) return Format::heif;
    return std::nullopt;
}

Result<Header> read_header(ByteView file) {
    const auto format = find_format(file);
    if (!format) return fail(Fault::unsupported_format, describe_unsupported(file));
    switch (*format) {
        case Format::jpeg:
            return JpegMarkerParser(file).parse();
        case Format::png:
            return read_png(file);
        case Format::webp:
            return read_webp(file);
        case Format::gif:
            return read_gif(file);
        case Format::heif:
            if (auto allowed = check_heif_items(file); !allowed)
                return std::unexpected(allowed.error());
            return Header{.format = Format::heif};
    }
    return fail(Fault::internal, "A picture format without a header parser.");
}

Orientation exif_orientation(ByteView bytes) {
    constexpr unsigned kOrientationTag = 0x0112;
    constexpr unsigned kShort = 3;
    constexpr std::size_t kEntryBytes = 12;
    const auto tiff = open_tiff(bytes);
    if (!tiff) return Orientation::upright;
    const std::size_t directory = tiff->u32(4);
    const std::uint32_t entries = tiff->u16(directory);
    for (std::uint32_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + i * kEntryBytes;
        if (entry + kEntryBytes > bytes.size()) break;
        if (tiff->u16(entry) != kOrientationTag || tiff->u16(entry + 2) != kShort) continue;
        const std::uint32_t value = tiff->u16(entry + 8);
        if (value >= 1 && value <= 8) return static_cast<Orientation>(value);
    }
    return Orientation::upright;
}

std::optional<PngChunk> take_png_chunk(ByteView& rest) {
    constexpr std::size_t kFrameBytes = 12;  // length, name, checksum
    if (rest.size() < kFrameBytes) return std::nullopt;
    const std::size_t length = be32(rest, 0);
    if (length > rest.size() - kFrameBytes) return std::nullopt;
    const PngChunk chunk{.name = as_text(rest.subspan(4, 4)),
                         .body = rest.subspan(8, length),
                         .whole = rest.first(kFrameBytes + length)};
    rest = rest.subspan(chunk.whole.size());
    return chunk;
}

}  // namespace cameo::image
