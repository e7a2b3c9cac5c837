#pragma once

#include <optional>

#include "base/bytes.h"
#include "image/picture.h"

namespace cameo::image {

// Converts a grey picture, or one whose three planes have a sample per pixel, from the colours of
// the ICC profile to sRGB. The result has full chroma. nullopt if the profile cannot be used
// (damaged, or made for another number of channels); the picture then counts as sRGB.
std::optional<Picture> to_srgb(const Picture& picture, ByteView profile);

// Whether the profile is equivalent to sRGB: it is applied to a grid of colours; its name does not
// count. True for a profile that cannot be used.
bool is_srgb(ByteView profile, bool grey);

// Sets a row of a picture of full planes from interleaved bytes: 1 channel (grey), 2 (grey, alpha),
// 3 (RGB) or 4 (RGBA). Alpha is composed over white, in `pixels` itself.
void set_row(Picture& picture, int y, std::uint8_t* pixels, int channels);

// Converts CMYK as JPEG files store it (0 is full ink) to RGB: by an ICC profile of four channels,
// else by multiplying with black, as browsers do.
class CmykToRgb {
  public:
    explicit CmykToRgb(ByteView profile);
    ~CmykToRgb();
    CmykToRgb(const CmykToRgb&) = delete;
    CmykToRgb& operator=(const CmykToRgb&) = delete;

    void convert(const std::uint8_t* cmyk, std::uint8_t* rgb, int pixels) const;

  private:
    void* transform_;  // nullptr where there is no usable profile
};

}  // namespace cameo::image
