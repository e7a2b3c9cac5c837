#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "photo/sizes.h"

namespace cameo::image {

// Draws a placeholder portrait for the demonstration organisation: head and shoulders before a
// gradient, as a PNG of `side` by `side` pixels (1 to 4096). PNG, because the server links no JPEG
// encoder. The same seed gives the same bytes; another seed gives other colours and proportions.
Bytes draw_portrait(int side, std::uint32_t seed);

// Draws the placeholder of a group: three people, one in front of the others. `size` is in pixels,
// and at least as wide as high.
Bytes draw_group(photo::Size size, std::uint32_t seed);

}  // namespace cameo::image
