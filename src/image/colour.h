#pragma once

#include <optional>

#include "base/bytes.h"
#include "image/planes.h"

namespace cameo::image {

// A grey picture or one whose three planes have a sample per pixel, taken from the colours of the
// ICC profile `profile` to sRGB: the result has full chroma. nullopt where the profile cannot be
// used (damaged, or made for another number of channels): the picture then is what it is, sRGB.
std::optional<Picture> to_srgb(const Picture& picture, ByteView profile);

// Whether the profile leaves colours as sRGB has them, judged by what it does to a grid of colours,
// not by its name. A profile that cannot be used counts as one.
bool is_srgb(ByteView profile, bool grey);

// RGB, one byte each, interleaved: `width` pixels of one row of the picture's three full planes.
void set_row_from_rgb(Picture& picture, int y, const std::uint8_t* rgb);

}  // namespace cameo::image
