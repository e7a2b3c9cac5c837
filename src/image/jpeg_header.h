#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "image/orientation.h"
#include "photo/sizes.h"

namespace cameo::image {

// What a JPEG says of itself before any pixel is decoded (ITU-T T.81 annex B).
struct JpegHeader {
    photo::Size size;
    bool single_scan = true;  // baseline or extended, all components in one scan: decodes in strips
    int scans = 0;
    Orientation orientation = Orientation::upright;
    Bytes profile;  // ICC; empty where there is none or pieces of it are missing
};

// Walks the markers. Fault::invalid_image where they end early or contradict each other;
// Fault::unsupported_format for arithmetic, lossless,
// hierarchical and 12-bit codings.
Result<JpegHeader> read_jpeg_header(ByteView file);

}  // namespace cameo::image
