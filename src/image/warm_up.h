#pragma once

#include <string>
#include <vector>

namespace cameo::image {

// Decodes and renders a small picture of every format and converts its colours, so that the
// libraries open, read and create everything they need. Afterwards a decode needs memory, threads
// and futexes only; docs/image.md lists the system calls. The image worker calls this once, before
// it enters the sandbox.
//
// Returns the formats that this system's libraries cannot decode ("HEIC" where libheif has no HEVC
// decoder); uploads of those are refused.
std::vector<std::string> warm_up();

}  // namespace cameo::image
