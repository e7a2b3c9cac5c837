#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "image/picture.h"
#include "photo/photo.h"

// Test pictures, drawn and encoded here, so that no files are needed; and functions that compare
// pictures.
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
    bool separate_scans = false;  // sequential, a scan for each component
    int restart_rows = 0;         // rows of blocks between restart markers
    enum class Colours { ycc, grey, rgb, cmyk } colours = Colours::ycc;
    Orientation orientation = Orientation::upright;
    Bytes profile;
    bool metadata = false;  // EXIF with a place, XMP and a comment
};
Bytes jpeg_of(const Rgb& picture, const JpegOptions& options = {});

// `suffix` is .png, .webp, .gif, .avif, .heic or .jpg; then options: .png[interlace=1],
// [palette=1], [bitdepth=16], [compression=1]; .webp[lossless=1].
Bytes file_of(const Rgb& picture, const std::string& suffix);
// `suffix` is .avif or .heic; `bits` are 8, 10 or 12 (AVIF only).
Bytes deep_heif_of(const Rgb& picture, const std::string& suffix, int bits);
// The picture's red, monochrome (4:0:0).
Bytes grey_heif_of(const Rgb& picture, const std::string& suffix, int bits = 8,
                   bool full_range = true);
// With an alpha channel: opaque on the left half, transparent on the right one.
Bytes half_clear_file_of(const Rgb& picture, const std::string& suffix);
// .gif or .webp, with a frame for each picture; all have the same size.
Bytes animation_of(const std::vector<Rgb>& frames, const std::string& suffix);

Bytes display_p3_profile();
Bytes srgb_profile();

// By libjpeg's default path, with its own upsampling and colour conversion.
Rgb decoded(ByteView jpeg);

// Lanczos with three lobes in floating point; `centre` is the centre square.
Rgb resampled(const Rgb& picture, int width, int height);
Rgb centre(const Rgb& picture);

// The picture after JPEG coding at the quality of a rendition: the best possible result.
Rgb as_rendition(const Rgb& picture);

// Decibels over all three channels.
double psnr(const Rgb& a, const Rgb& b);

// The centre of mass of the picture's red, in pixels.
std::array<double, 2> centre_of_red(const Rgb& picture);

std::vector<std::string> sizes_of(const photo::RenderedPhoto& photo);

}  // namespace cameo::image::test
