#pragma once

#include "image/picture.h"

namespace cameo::image {

enum class Chroma { full, halved };

// `region` of `source` at `size`, one luma sample per pixel. Lanczos; a plane whose samples already
// are at the right positions is copied instead. Throws std::runtime_error if zimg fails.
Picture resample(const Picture& source, Region region, photo::Size size, Chroma chroma,
                 ChromaPhase phase = {});

}  // namespace cameo::image
