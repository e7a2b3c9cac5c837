#pragma once

#include <vector>

#include "image/decoders.h"
#include "image/orientation.h"
#include "photo/photo.h"

namespace cameo::image {

// Makes the renditions `sizes` (ascending, upright, never empty) of a decoded picture: the largest
// from the picture itself, turned upright and brought to sRGB on the way; each other from the next
// larger one. A square is cut from the centre; the one size that is not square is the whole
// picture.
photo::RenderedPhoto make_renditions(Decoded decoded, Orientation orientation,
                                     const std::vector<photo::Size>& sizes);

}  // namespace cameo::image
