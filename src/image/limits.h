#pragma once

#include "base/owner.h"
#include "base/result.h"
#include "image/header.h"
#include "photo/image_renderer.h"
#include "photo/sizes.h"

// The limits of uploads (docs/http.md, "Writes"; docs/image.md, "Limits"), checked before any pixel
// is decoded. The detail of each fault holds the measured value and the limit. Thread-safe.
namespace cameo::image {

Result<void> check_upload_bytes(std::size_t bytes, const photo::RenderOptions& options,
                                const photo::UploadLimits& limits);

// `upright` is the size after orientation. A picture that decodes in strips may have more pixels,
// since they are never all in memory.
Result<void> check_size(photo::Size upright, bool decodes_in_strips,
                        const photo::RenderOptions& options, const photo::UploadLimits& limits);

// Fault::malformed if the square is not inside the picture. `upright` is the picture's size after
// orientation; the crop's rotation comes then.
Result<void> check_crop(photo::Size upright, const photo::Crop& crop);

// The header of an upload that is within the limits. The faults are those of
// photo::ImageRenderer::render for the upload's format, header, bytes and sides; decoding may
// still find damage. Of HEIF and AVIF the items are checked here; sides and crop only when
// decoding.
Result<Header> check_upload(ByteView upload, const photo::RenderOptions& options,
                            const photo::UploadLimits& limits);

}  // namespace cameo::image
