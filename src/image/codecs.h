#pragma once

#include <functional>

#include "base/bytes.h"
#include "base/result.h"
#include "image/picture.h"

// The decoders, one source per format, and the encoder of renditions. Each source is the only user
// of its library. Thread-safe: each call has its own state of the library.
//
// The files are untrusted. REQUIRES: read_header (image/header.h) accepts them. Each decoder
// decodes the first picture of the file, composes alpha over white and reduces 16 bits a channel to
// 8. It calls `check` with the stored size before it allocates memory for pixels, and returns that
// error unchanged. Fault::invalid_image if the file is damaged or truncated.
namespace cameo::image {

struct Decoded {
    Picture picture;
    Bytes profile;  // ICC profile of its colours; empty if they are sRGB or untagged
};

using SizeCheck = std::function<Result<void>(photo::Size stored, bool decodes_in_strips)>;

// The part of a picture that is needed, at whole pixels as stored, and how many samples of it are
// enough.
struct Needed {
    Region part;
    photo::Size samples;
};
using FindNeeded = std::function<Needed(photo::Size stored)>;

// A grey or YCbCr JPEG of any sampling is decoded into its planes, without colour conversion, at
// the smallest fast DCT scale (1/8, 1/4, 1/2, 1) that has the samples that are needed; the
// picture's size is the file's own. A part whose edges go through blocks is decoded at scale 1:
// each sample of a smaller scale depends on all pixels of its block. The other codings (RGB, CMYK,
// YCCK) are decoded in full; CMYK becomes sRGB by the profile, where that has four channels.
// Fault::invalid_image for more than kMaxScans scans.
Result<Decoded> decode_jpeg(ByteView file, const FindNeeded& needed, const SizeCheck& check);

// Each scan of a progressive JPEG visits the whole picture, however few bytes it has. Encoders
// write about ten scans; T.81 allows thousands.
inline constexpr int kMaxScans = 100;

// Decodes the output of strip_png.
Result<Decoded> decode_png(ByteView file, const SizeCheck& check);

// The PNG with only the chunks that make the picture. Decoders decompress text and oversize
// profiles before they can refuse them: 4 MB of those cost seconds.
Bytes strip_png(ByteView file);

Result<Decoded> decode_webp(ByteView file, const SizeCheck& check);

// The first frame on the logical screen, which is enlarged where the frame exceeds it.
Result<Decoded> decode_gif(ByteView file, const SizeCheck& check);

// HEIC and AVIF: the primary item with its own rotation, mirroring and cropping applied, so the
// stored size is the upright one. Besides: Fault::unsupported_format for a coding that libheif does
// not know, image_too_large for its own limits.
Result<Decoded> decode_heif(ByteView file, const SizeCheck& check);

// Renditions are JFIF without any other marker, quality 82, baseline. Optimised Huffman tables add
// two thirds of the encoding time and save 2 % at the large sizes, a fifth at the small ones.
inline constexpr int kQuality = 82;
inline constexpr int kOptimisedUpToSide = 120;

// A grey picture, or a YCbCr one whose chroma planes have half the samples each way (rounded up);
// planes have one sample per pixel otherwise. Not const, since it replicates the edge into the
// planes' padding. Throws std::runtime_error if libjpeg fails, which means no memory.
Bytes encode_jpeg(Picture& picture);

}  // namespace cameo::image
