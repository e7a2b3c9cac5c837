#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "image/picture.h"
#include "photo/photo.h"

// Test pictures, drawn and written here, so that none has to be kept; and what compares pictures.
namespace cameo::image::test {

struct Rgb {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> samples;  // interleaved

    Rgb(int w, int h)
        : width(w),
          height(h),
          samples(3 * static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
    std::uint8_t* at(int x, int y) {
        return samples.data() + 3 * (static_cast<std::ptrdiff_t>(y) * width + x);
    }
    const std::uint8_t* at(int x, int y) const { return const_cast<Rgb*>(this)->at(x, y); }
};

// Soft gradients, a few discs of strong colours and some fine lines: different in every corner.
Rgb draw(int width, int height);

// The picture that a camera stores with that orientation: the EXIF definition, pixel by pixel.
Rgb stored(const Rgb& upright, Orientation orientation);

struct JpegOptions {
    int across = 2;  // luma samples per chroma sample
    int down = 2;
    int quality = 95;
    bool progressive = false;
    enum class Colours { ycc, grey, rgb, cmyk } colours = Colours::ycc;
    Orientation orientation = Orientation::upright;
    Bytes profile;
    bool metadata = false;  // EXIF with a place, XMP and a comment
};
Bytes jpeg_of(const Rgb& picture, const JpegOptions& options = {});

// `suffix` is .png, .webp, .gif, .avif, .heic or .jpg; then options: .png[interlace=1],
// [palette=1], [bitdepth=16], [compression=1]; .webp[lossless=1].
Bytes file_of(const Rgb& picture, const std::string& suffix);
// Another channel for alpha: opaque on the left half, clear on the right one.
Bytes half_clear_file_of(const Rgb& picture, const std::string& suffix);
// .gif or .webp, a frame for each picture; all have one size.
Bytes animation_of(const std::vector<Rgb>& frames, const std::string& suffix);

Bytes display_p3_profile();
Bytes srgb_profile();

// By libjpeg's ordinary path, with its own upsampling and colour conversion.
Rgb decoded(ByteView jpeg);

// The centre square or the whole of it, Lanczos with three lobes in floating point.
Rgb resampled(const Rgb& picture, int width, int height);
Rgb centre(const Rgb& picture);

// What JPEG's own losses at the quality of a rendition make of a picture: the best there can be.
Rgb as_rendition(const Rgb& picture);

// Decibels over all three channels.
double psnr(const Rgb& a, const Rgb& b);

// Where the red of the picture has its centre of mass, in pixels.
std::array<double, 2> centre_of_red(const Rgb& picture);

std::vector<std::string> sizes_of(const photo::RenderedPhoto& photo);

}  // namespace cameo::image::test
