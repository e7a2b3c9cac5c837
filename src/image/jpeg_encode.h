#pragma once

#include "base/bytes.h"
#include "image/planes.h"

namespace cameo::image {

// How renditions are written: JFIF without any other marker, quality 82, baseline. Optimised
// Huffman tables cost two thirds of the encoding again and save 2 % at the large sizes, a fifth at
// the small ones.
inline constexpr int kQuality = 82;
inline constexpr int kOptimisedUpToSide = 120;

// A grey picture, or a YCbCr one whose chroma planes have half the samples each way (rounded up);
// planes hold one sample per pixel otherwise. Replicates the edge into the planes' room, hence not
// const. Throws std::runtime_error where the library gives up, which means no memory.
Bytes encode_jpeg(Picture& picture);

}  // namespace cameo::image
