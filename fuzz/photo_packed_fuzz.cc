// A packed column from a catalog that may be damaged: an accepted value must pack to the same bytes
// again.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "photo/photo.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const cameo::ByteView packed(data, size);
    const auto renditions = cameo::photo::unpack(packed);
    if (renditions && !std::ranges::equal(cameo::photo::pack(*renditions), packed)) abort();
    return 0;
}
