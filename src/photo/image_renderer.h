#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/owner.h"
#include "base/result.h"
#include "photo/photo.h"

namespace cameo::photo {

// The limits of an upload (docs/http.md, "Writes"; docs/image.md, "Limits"). Checked before any
// pixel is decoded.
struct UploadLimits {
    std::size_t bytes = 4'000'000;                    // [limits] upload_bytes
    std::size_t crop_bytes = 25'000'000;              // [limits] crop_upload_bytes: with a crop
    int side = 16'384;                                // [limits] side, pixels
    std::uint64_t baseline_jpeg_pixels = 50'331'648;  // [limits] baseline_jpeg_pixels
    std::uint64_t other_pixels = 26'214'400;          // [limits] other_pixels
    int directory_side = 4'096;  // [limits] directory_side: longer side of a directory photo
};

// What a renderer makes of an upload.
struct RenderOptions {
    PhotoStorage storage = PhotoStorage::mailbox;  // the rule for the sizes of a photo
    std::optional<Crop> crop = std::nullopt;       // a photo of this square alone
    // One rendition of the whole picture in place of a photo's sizes: its longer side is reduced to
    // kPreviewSide. Storage and crop do not count.
    bool is_preview = false;

    // Of an upload, in bytes.
    std::size_t byte_limit(const UploadLimits& limits) const {
        return crop || is_preview ? limits.crop_bytes : limits.bytes;
    }
};

inline constexpr int kPreviewSide = 1'600;  // pixels

// Port: makes renditions of an untrusted file. Implementations: image/in_process_renderer.h
// (tests, tools) and image_worker/worker_renderer.h (a separate, locked-down process; what the
// server uses). Thread-safe; blocks.
class ImageRenderer {
  public:
    virtual ~ImageRenderer() = default;

    // The renditions of photo::rendition_sizes, oriented, sRGB, without any metadata. Those of a
    // crop are what an upload of its pixels alone would give. Faults: unsupported_format,
    // invalid_image, image_too_large, too_large; malformed for a crop that is not inside the
    // picture; width_too_small and height_too_small for a mailbox owner without a crop; busy past
    // the deadline; internal. Each detail contains the measured value and the limit.
    virtual Result<RenderedPhoto> render(ByteView upload, const RenderOptions& options,
                                         Deadline deadline) = 0;
};

}  // namespace cameo::photo
