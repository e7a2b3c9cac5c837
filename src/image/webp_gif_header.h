#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "image/orientation.h"
#include "photo/sizes.h"

namespace cameo::image {

struct CanvasHeader {
    photo::Size size;
    Orientation orientation = Orientation::upright;
};

// The canvas of a WebP (its RIFF chunks: VP8X, else VP8 or VP8L) and of a GIF (its logical screen).
// Fault::invalid_image where the file ends before what it declares.
Result<CanvasHeader> read_webp_header(ByteView file);
Result<CanvasHeader> read_gif_header(ByteView file);

}  // namespace cameo::image
