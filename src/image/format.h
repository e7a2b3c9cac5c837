#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace cameo::image {

enum class Format { jpeg, png, webp, gif, heif };

// By magic bytes, never by a name or Content-Type. Fault::unsupported_format for all else; the
// detail names the formats that are taken.
Result<Format> format_of(ByteView file);

}  // namespace cameo::image
