#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "photo/sizes.h"

// The picture as the pipeline holds it: one plane per component, never interleaved. Plain values,
// moved from step to step; nothing here is shared between threads.
namespace cameo::image {

// Samples of one component. Rows begin at 64-byte boundaries, which the widest vector instructions
// of the resampler want; columns beyond `width` and rows beyond `height` are room for whole blocks.
// Samples of a new plane are undefined.
class Plane {
  public:
    static constexpr int kAlignment = 64;

    Plane() = default;
    Plane(int width, int height);
    // `room_*` are at least as large as the plane.
    Plane(int width, int height, int room_width, int room_height);

    int width() const { return width_; }
    int height() const { return height_; }
    std::ptrdiff_t stride() const { return stride_; }
    std::uint8_t* row(int y) { return samples_.get() + y * stride_; }
    const std::uint8_t* row(int y) const { return samples_.get() + y * stride_; }

  private:
    struct Free {
        // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): aligned_alloc has no other end
        void operator()(std::uint8_t* samples) const { std::free(samples); }
    };

    int width_ = 0;
    int height_ = 0;
    std::ptrdiff_t stride_ = 0;
    std::unique_ptr<std::uint8_t, Free> samples_;
};

// A plane and how densely it samples the picture: samples per pixel along each axis. Chroma is
// sited as JPEG has it (JFIF 1.02, "centered"), so edges of plane and picture coincide and a
// position is converted between them by the density alone.
struct Component {
    Plane plane;
    double across = 1;
    double down = 1;
};

// One component (grey) or three (Y, Cb, Cr; full range, BT.601: JFIF's own).
struct Picture {
    photo::Size size;  // pixels it stands for; a scaled decode has fewer samples than that
    std::vector<Component> components;

    bool grey() const { return components.size() == 1; }
};

// A sample per pixel in every component; the samples are undefined.
Picture full_picture(photo::Size size, bool grey);

// In pixels of a picture. Edges may lie between pixels and outside the picture.
struct Region {
    double left = 0;
    double top = 0;
    double width = 0;
    double height = 0;
};

Region whole(photo::Size size);

// The centre square; where the remainder is odd, its larger half lies right or below.
Region centre_square(photo::Size size);

}  // namespace cameo::image
