#pragma once

#include "base/bytes.h"
#include "image/orientation.h"

namespace cameo::image {

// Tag 0x0112 of the first directory of an EXIF block, which begins with its TIFF header (TIFF 6.0,
// section 2). `upright` where the block is damaged, lacks the tag or holds a value outside 1 to 8.
Orientation exif_orientation(ByteView tiff);

}  // namespace cameo::image
