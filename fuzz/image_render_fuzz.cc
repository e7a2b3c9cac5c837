// A whole upload, from bytes to renditions; small limits, so that a round stays quick. The first
// byte chooses between the two kinds of owner.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "image/in_process_studio.h"

// For the leak checker: the AV1 decoder keeps 40 bytes of some damaged files.
extern "C" const char* __lsan_default_suppressions() { return "leak:libdav1d"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const auto storage =
        data[0] % 2 == 0 ? cameo::PhotoStorage::mailbox : cameo::PhotoStorage::directory;
    cameo::image::InProcessStudio studio({.bytes = 1 << 16,
                                          .side = 2000,
                                          .baseline_jpeg_pixels = 300'000,
                                          .other_pixels = 200'000,
                                          .directory_side = 512});
    const auto photo = studio.render({data + 1, size - 1}, storage, cameo::Deadline::max());
    if (!photo && photo.error().fault == cameo::Fault::internal) std::abort();
    return 0;
}
