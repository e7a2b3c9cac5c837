#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace cameo::image {

// A stand-in for a photograph of a person, drawn: head and shoulders before a soft gradient, as a
// JPEG of `side` by `side` pixels (1 to 4096). The same seed gives the same bytes, another seed
// other colours and proportions. For the demonstration organisation.
Bytes draw_portrait(int side, std::uint32_t seed);

}  // namespace cameo::image
