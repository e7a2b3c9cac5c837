#include "image/webp_gif_header.h"

#include <optional>
#include <string_view>

#include "image/byte_reader.h"
#include "image/exif_orientation.h"

namespace cameo::image {
namespace {

std::unexpected<Error> damaged(const char* format) {
    return fail(Fault::invalid_image, std::string("The ") + format + " is damaged or truncated.");
}

int as_int(std::uint32_t value) { return static_cast<int>(value); }

// Of the chunk that decides it; nullopt for the others. RFC 9649 sections 2.5 to 2.7, RFC 6386 9.1.
std::optional<photo::Size> canvas(std::string_view name, ByteView body) {
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

}  // namespace

Result<CanvasHeader> read_webp_header(ByteView file) {
    constexpr std::size_t kFirstChunk = 12;
    if (file.size() < kFirstChunk || le32(file, 4) > file.size() - 8) return damaged("WebP");
    const ByteView riff = file.first(8 + le32(file, 4));
    CanvasHeader header;
    for (std::size_t at = kFirstChunk; at + 8 <= riff.size();) {
        const std::size_t length = le32(riff, at + 4);
        if (length > riff.size() - at - 8) return damaged("WebP");
        const std::string_view name = as_text(riff.subspan(at, 4));
        const ByteView body = riff.subspan(at + 8, length);
        if (const auto size = canvas(name, body); size && header.size == photo::Size{})
            header.size = *size;
        if (name == "EXIF")
            header.orientation =
                exif_orientation(has_text(body, 0, "Exif") && length >= 6 ? body.subspan(6) : body);
        at += 8 + length + length % 2;
    }
    if (header.size.shorter_side() <= 0) return damaged("WebP");
    return header;
}

Result<CanvasHeader> read_gif_header(ByteView file) {
    if (file.size() < 13) return damaged("GIF");
    const CanvasHeader header{{as_int(le16(file, 6)), as_int(le16(file, 8))}};
    if (header.size.shorter_side() <= 0) return damaged("GIF");
    return header;
}

}  // namespace cameo::image
