#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "photo/sizes.h"

namespace cameo::image {

// A stand-in for a photograph of a person, drawn: head and shoulders before a soft gradient, as a
// PNG of `side` by `side` pixels (1 to 4096). PNG, because the server links no JPEG encoder. The
// same seed gives the same bytes, another seed other colours and proportions. For the demonstration
// organisation.
Bytes draw_portrait(int side, std::uint32_t seed);

// The same for a group: three people, one in front of the others, `size` pixels large and at least
// as wide as high.
Bytes draw_group(photo::Size size, std::uint32_t seed);

}  // namespace cameo::image
