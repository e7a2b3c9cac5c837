#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "image/orientation.h"
#include "photo/sizes.h"

namespace cameo::image {

// A PNG's own size and orientation, and a copy of it without what a photo does not need.
struct PngHeader {
    photo::Size size;
    Orientation orientation = Orientation::upright;
    // Only the chunks that make the picture. Compressed text and oversize profiles are decompressed
    // by decoders before anyone can refuse them: 4 MB of them cost seconds.
    Bytes stripped;
};

// Walks the chunks (PNG 1.2, section 3.2). Fault::invalid_image where they end early or lack the
// first or the last one. Checksums are left to the decoder.
Result<PngHeader> read_png_header(ByteView file);

}  // namespace cameo::image
