#pragma once

#include <string>
#include <vector>

namespace cameo::image {

// Decodes and renders a small picture of every format and converts its colours, so that the
// libraries have by then opened, read and created whatever they ever will. Afterwards a decode
// needs memory, threads and futexes only; docs/image.md lists the system calls. Called once by the
// image worker, before it gives up its rights.
//
// Returns the formats that this system's libraries cannot decode ("HEIC" where libheif has no HEVC
// decoder); uploads of those are refused.
std::vector<std::string> warm_up();

}  // namespace cameo::image
