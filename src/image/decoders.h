#pragma once

#include <functional>

#include "base/bytes.h"
#include "base/result.h"
#include "image/planes.h"

// The decoders of everything that decode_jpeg (image/jpeg_decode.h) does not take: one source per
// format, each the only user of its library. The file is untrusted. Thread-safe: each call has its
// own state of the library.
//
// Each decodes the first picture of the file. Alpha is composed over white; 16 bits a channel
// become 8. `check` is asked with the picture's size before memory for its pixels is taken; its
// error is returned as it is. Fault::invalid_image where the file is damaged or truncated.
namespace cameo::image {

struct Decoded {
    Picture picture;  // every component has a sample per pixel
    Bytes profile;    // ICC profile of its colours; empty where they are sRGB or untagged
};

using SizeCheck = std::function<Result<void>(photo::Size)>;

// REQUIRES: `file` comes from read_png_header, which leaves out what must not be decompressed.
Result<Decoded> decode_png(ByteView file, const SizeCheck& check);

Result<Decoded> decode_webp(ByteView file, const SizeCheck& check);

// The first frame on the logical screen, which grows where the frame is larger.
Result<Decoded> decode_gif(ByteView file, const SizeCheck& check);

// HEIC and AVIF: the primary item with its own rotation, mirroring and cropping applied, so `check`
// is given the upright size.
Result<Decoded> decode_heif(ByteView file, const SizeCheck& check);

// A JPEG without YCbCr planes: RGB, CMYK or YCCK. CMYK becomes sRGB, by `profile` where that is one
// of four channels.
Result<Decoded> decode_jpeg_colours(ByteView file, Bytes profile, const SizeCheck& check);

}  // namespace cameo::image
