#pragma once

#include "image/planes.h"

namespace cameo::image {

enum class Chroma { full, halved };

// Which edges the halved chroma of an odd size begins at. A picture that is going to be mirrored
// begins at the far edge, so that after the turn its samples lie where JPEG wants them.
struct ChromaBegins {
    bool right = false;
    bool below = false;
};

// `region` of `source` at `size`, one luma sample per pixel. Lanczos; a plane whose samples already
// lie right is copied instead. Throws std::runtime_error where the resampler refuses.
Picture resample(const Picture& source, Region region, photo::Size size, Chroma chroma,
                 ChromaBegins begins = {});

}  // namespace cameo::image
