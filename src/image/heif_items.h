#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace cameo::image {

// A derived item of HEIF (a grid, an overlay, an identity) is decoded from other items, which may
// be derived themselves; a few kilobytes can name the same tile 65,536 times, or each other in a
// circle. libheif decodes whatever is named.
inline constexpr int kMaxHeifParts = 1'000;  // an eight-megapixel grid of phones has 40 to 200
inline constexpr int kMaxHeifDepth = 6;      // in use is 3: a tone map of two grids of tiles

// Walks the item references (ISO/IEC 14496-12, 8.11.12; ISO/IEC 23008-12, 6.6) before anything is
// decoded. Fault::image_too_large where an item needs more parts or a deeper nesting than that.
// What is malformed ends the walk and is left to libheif to refuse.
Result<void> check_heif_items(ByteView file);

}  // namespace cameo::image
