#pragma once

#include "base/bytes.h"
#include "base/owner.h"
#include "base/result.h"
#include "photo/image_renderer.h"

namespace cameo::image {

// What can be said of an upload without decoding it: the faults that ImageRenderer::render would
// give for its format, its header, its bytes and its sides. One that passes may still prove to be
// damaged. Safe with strangers' files; thread-safe. Of HEIF and AVIF only the format is looked at.
Result<void> probe(ByteView upload, PhotoStorage storage, const photo::UploadLimits& limits);

}  // namespace cameo::image
