#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

// Names what came where a picture was expected: docs/http.md, "Uploads that are no picture". Reads
// the first bytes only, and uses no image library. Thread-safe.
namespace cameo::image {

inline constexpr std::string_view kSupportedFormats = "JPEG, PNG, WebP, GIF, HEIF, AVIF";

// The name of a picture, film or archive by its first bytes: `a TIFF`, also of a supported format:
// `a JPEG`. nullopt for an unknown one.
std::optional<std::string_view> name_of_file(ByteView file);

// A sentence or two for the client: what the file is, and what to send instead. REQUIRES: the file
// is in no supported format.
std::string describe_unsupported(ByteView file);

}  // namespace cameo::image
