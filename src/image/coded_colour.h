#pragma once

#include <optional>

#include "base/bytes.h"

// ICC profiles of colours that a file describes by numbers: the code points of H.273 (PNG's cICP,
// HEIF's and AVIF's nclx) and PNG's gAMA and cHRM. Thread-safe.
namespace cameo::image {

struct Chromaticity {
    double x = 0;
    double y = 0;
};

struct Primaries {
    Chromaticity white;
    Chromaticity red;
    Chromaticity green;
    Chromaticity blue;
};

// `grey`: for a picture of one channel. Empty where the colours are those of sRGB or the codes are
// unknown. The curves of television (BT.709, BT.601, BT.2020) count as that of sRGB, as browsers
// show them: nearly every file so marked was made from sRGB. HDR curves (PQ, HLG) become SDR with
// diffuse white as white (BT.2408: 203 cd/m2).
Bytes profile_of_codes(int primaries, int transfer, bool grey);

// Light is the sample to the power of `exponent`; nullopt: the curve of sRGB, and its primaries.
// Empty where no profile can be made of the numbers.
Bytes profile_of_numbers(std::optional<double> exponent, const std::optional<Primaries>& primaries,
                         bool grey);

}  // namespace cameo::image
