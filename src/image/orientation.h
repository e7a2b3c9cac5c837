#pragma once

#include <cstdint>

#include "image/planes.h"
#include "image/resample.h"

namespace cameo::image {

// How the stored picture must be turned to stand upright: EXIF 2.32, tag 0x0112. Every value is a
// transposition (rows become columns), then a mirroring of either axis.
enum class Orientation : std::uint8_t {
    upright = 1,
    mirrored = 2,
    half_turn = 3,
    flipped = 4,
    transposed = 5,
    quarter_right = 6,
    transversed = 7,
    quarter_left = 8,
};

// Whether width and height change places.
bool swaps_sides(Orientation orientation);
photo::Size turned(photo::Size size, Orientation orientation);

// Where the halved chroma of a picture has to begin that `turn` is going to turn.
ChromaBegins chroma_begins(Orientation orientation);

// The stored part that becomes `region` of the upright picture; `stored` is the size before.
Region unturned(Region region, photo::Size stored, Orientation orientation);

// The picture upright. Its chroma planes must be halved or full, and begin as said above.
Picture turn(Picture picture, Orientation orientation);

}  // namespace cameo::image
