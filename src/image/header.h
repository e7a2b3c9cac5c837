#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "image/picture.h"
#include "photo/sizes.h"

// Parses the header of a file before any pixel is decoded. The files are untrusted; these parsers
// use no image library, because the server process calls them too (docs/image.md, "What is parsed
// where"). Thread-safe.
namespace cameo::image {

enum class Format : std::uint8_t { jpeg, png, webp, gif, heif };

// By magic bytes, never by a name or a Content-Type.
std::optional<Format> find_format(ByteView file);

struct Header {
    Format format = Format::jpeg;
    photo::Size size;  // as stored; 0x0 for HEIF and AVIF, whose size libheif reads
    Orientation orientation = Orientation::upright;
    // A JPEG, baseline or extended, of one scan with all components: the decoder holds a strip of
    // it at a time.
    bool decodes_in_strips = false;
};

// The header of any of the formats:
// - JPEG (ITU-T T.81 annex B): the markers up to the first scan.
// - PNG (PNG 1.2, section 3.2): the chunks up to IEND or to the end of the file; libpng checks
//   their checksums.
// - WebP (RFC 9649): the canvas (VP8X, else VP8 or VP8L) of its RIFF chunks.
// - GIF: the logical screen, or the first picture if that has no size.
// - HEIF and AVIF: the item references only, by check_heif_items.
//
// Fault::invalid_image if the file ends before what it declares or contradicts itself;
// Fault::unsupported_format for any other format, with describe_unsupported() as its detail, and
// for arithmetic, lossless, hierarchical and 12-bit JPEGs and JPEG-LS; Fault::image_too_large as
// for check_heif_items.
Result<Header> read_header(ByteView file);

// Tag 0x0112 of the first directory of an EXIF block, which begins with its TIFF header (TIFF 6.0,
// section 2). `upright` where the block is damaged, lacks the tag or holds a value outside 1 to 8.
Orientation exif_orientation(ByteView tiff);

struct PngChunk {
    std::string_view name;
    ByteView body;
    ByteView whole;  // with length, name and checksum
};

// Takes the first chunk off `rest`, which begins after the signature. nullopt if `rest` ends
// before the chunk does.
std::optional<PngChunk> take_png_chunk(ByteView& rest);
inline constexpr std::size_t kPngSignatureBytes = 8;

// A derived HEIF item (a grid, an overlay, an identity) is decoded from other items, which may be
// derived themselves. A few kilobytes can name the same tile 65,536 times, or name each other in a
// cycle; libheif decodes everything that is named.
inline constexpr int kMaxHeifParts = 1'000;  // an eight-megapixel grid of a phone has 40 to 200
inline constexpr int kMaxHeifDepth = 6;      // real files use 3: a tone map of two grids of tiles

// Reads the item references of a HEIF file (ISO/IEC 14496-12, 8.11.12; ISO/IEC 23008-12, 6.6).
// Fault::image_too_large if an item needs more parts or a deeper nesting than that. A malformed
// box ends the reading; libheif refuses the file later.
Result<void> check_heif_items(ByteView file);

}  // namespace cameo::image
