#pragma once

#include <functional>

#include "base/bytes.h"
#include "base/result.h"
#include "image/format.h"
#include "image/planes.h"

namespace cameo::image {

struct Decoded {
    Picture picture;  // as stored, not yet turned upright
    Bytes profile;    // ICC profile of its colours; empty where they are sRGB or untagged
};

// Readies libvips for this process: no threads of its own, no cache, and only the loaders of the
// formats taken. Loads what it needs from disk, so that later calls touch no file. Idempotent and
// thread-safe; called by decode_with_vips, and early by the image worker.
void start_vips();

// Decodes the first picture of the file with the loader of `format` and no other. Alpha is
// flattened on white; CMYK becomes sRGB. `judge` is asked before any pixel is decoded.
// Fault::invalid_image where the file is damaged or truncated, and the fault of `judge`.
Result<Decoded> decode_with_vips(ByteView file, Format format,
                                 const std::function<Result<void>(photo::Size)>& judge);

}  // namespace cameo::image
