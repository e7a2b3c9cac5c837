#pragma once

#include "base/owner.h"
#include "base/result.h"
#include "photo/image_renderer.h"
#include "photo/sizes.h"

namespace cameo::image {

// The limits on the number of bytes and on the picture's sides and pixels (contract section 3,
// Writes). Each detail holds the measured value and the limit.
Result<void> judge_bytes(std::size_t bytes, const photo::UploadLimits& limits);

// `upright` is the size after orientation. `decodes_in_strips`: a JPEG of one sequential scan,
// which may have more pixels, since they never are in memory all at once.
Result<void> judge_size(photo::Size upright, bool decodes_in_strips, PhotoStorage storage,
                        const photo::UploadLimits& limits);

}  // namespace cameo::image
