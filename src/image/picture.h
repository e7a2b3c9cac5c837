#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "photo/sizes.h"

// The picture in memory: one plane per component, never interleaved. Plain values, moved from step
// to step of the render pipeline; nothing here is shared between threads.
namespace cameo::image {

// Samples of one component. Rows begin at 64-byte boundaries, which the widest vector instructions
// of the resampler need; columns beyond `width` and rows beyond `height` are padding for whole
// blocks. Samples of a new plane are undefined.
class Plane {
  public:
    static constexpr int kAlignment = 64;

    Plane() = default;
    Plane(int width, int height);
    // REQUIRES: `allocated_*` are at least as large as the plane.
    Plane(int width, int height, int allocated_width, int allocated_height);

    int width() const { return width_; }
    int height() const { return height_; }
    std::ptrdiff_t stride() const { return stride_; }
    std::uint8_t* row(int y) { return samples_.get() + y * stride_; }
    const std::uint8_t* row(int y) const { return samples_.get() + y * stride_; }

  private:
    struct Free {
        // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): memory of aligned_alloc is freed by free
        void operator()(std::uint8_t* samples) const { std::free(samples); }
    };

    int width_ = 0;
    int height_ = 0;
    std::ptrdiff_t stride_ = 0;
    std::unique_ptr<std::uint8_t, Free> samples_;
};

// A plane and its sampling density: samples per pixel of the picture along each axis. Chroma is
// sited as JPEG defines it (JFIF 1.02, "centered"), so the edges of plane and picture coincide, and
// the density alone converts a position from one to the other.
struct Component {
    Plane plane;
    double across = 1;
    double down = 1;
    // Where the picture begins in the plane, in samples: not 0 where a cut goes through one.
    double left = 0;
    double top = 0;
};

// One component (grey) or three (Y, Cb, Cr; full range, BT.601, as JFIF defines them).
struct Picture {
    photo::Size size;  // in pixels; a scaled decode has fewer samples than that
    std::vector<Component> components;

    bool grey() const { return components.size() == 1; }
};

// One sample per pixel in every component; the samples are undefined.
Picture full_picture(photo::Size size, bool grey);

// In pixels of a picture. Edges may lie between pixels and outside the picture.
struct Region {
    double left = 0;
    double top = 0;
    double width = 0;
    double height = 0;
};

Region whole(photo::Size size);

// A part of a picture at whole pixels, as a picture of its own. A sample of subsampled chroma that
// lies partly inside is kept; none that lies outside is.
Picture cut(const Picture& picture, Region part);

// The centre square; where the remainder is odd, the larger half of it lies right or below.
Region centre_square(photo::Size size);

// The transformation that makes the stored picture upright: EXIF 2.32, tag 0x0112. Every value is a
// transposition (rows become columns) or none, then a mirroring of either axis. Rotations are
// clockwise.
enum class Orientation : std::uint8_t {
    upright = 1,
    mirrored = 2,
    rotated_180 = 3,
    flipped = 4,
    transposed = 5,
    rotated_90 = 6,
    transversed = 7,
    rotated_270 = 8,
};

// The orientation that has the effect of `orientation` and then of a rotation by `degrees`, a
// multiple of 90, clockwise.
Orientation turned(Orientation orientation, std::uint32_t degrees);

// Whether the orientation exchanges width and height.
bool swaps_sides(Orientation orientation);

// The upright size of a stored size, and the stored size of an upright one.
photo::Size oriented(photo::Size size, Orientation orientation);

// The stored part that becomes `region` of the upright picture; `stored` is the stored size.
Region stored_region(Region region, photo::Size stored, Orientation orientation);

// The edges at which the halved chroma of an odd size is aligned; by default left and top. A
// picture that will be mirrored is aligned at the opposite edge: its samples then lie where JPEG
// defines them once it has been rotated.
struct ChromaPhase {
    bool right = false;
    bool bottom = false;
};
ChromaPhase chroma_phase(Orientation orientation);

// The upright picture. REQUIRES: it is not a cut; its chroma planes are full, or halved with that
// chroma phase.
Picture rotate(Picture picture, Orientation orientation);

}  // namespace cameo::image
