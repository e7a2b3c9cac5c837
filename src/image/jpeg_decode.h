#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "image/planes.h"

namespace cameo::image {

// Decodes a grey or YCbCr JPEG of any sampling into its planes, without colour conversion, at the
// smallest quick DCT scale (1/8, 1/4, 1/2, 1) that still gives `covering` samples for the picture
// (pixels as stored, not yet turned upright). The picture's size is the file's own; its planes may
// be smaller.
//
// Fault::invalid_image where data is damaged or missing. nullopt for a coding that has no such
// planes (RGB, CMYK, YCCK), before any pixel is decoded.
Result<std::optional<Picture>> decode_jpeg(ByteView file, photo::Size covering);

// Numerator over eight of that scale. REQUIRES: `covering` is not larger than `size`.
int dct_scale(photo::Size size, photo::Size covering);

}  // namespace cameo::image
