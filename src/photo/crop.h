#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "photo/photo.h"

// The text form of a crop: the header `Cameo-Crop`, a column of imports, a column of the catalog.
// docs/cameo-api.md, "Cropped uploads". Pure functions.
namespace cameo::photo {

// `x=120, y=80, side=900, rotate=90` in any order, names in any letter case; rotate may be absent.
// Fault::malformed with a sentence for the client: an unknown, repeated, missing or wrong
// parameter, a side under kMailboxMinSide. Whether the square is inside the picture is checked by
// the renderer.
Result<Crop> parse_crop(std::string_view text);

// Always with all four parameters, in the order above.
std::string to_string(const Crop& crop);

}  // namespace cameo::photo
