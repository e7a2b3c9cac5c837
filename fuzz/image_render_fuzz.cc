// A whole upload, from bytes to renditions; small limits keep a round fast. The first byte chooses
// the kind of owner, a crop and a preview.
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "image/byte_reader.h"
#include "image/in_process_renderer.h"

namespace {

// libpng refuses a critical chunk with a wrong checksum, and mutations do not find the right one.
void correct_png_checksums(cameo::Bytes& file) {
    using cameo::image::be32;
    if (!cameo::image::has_text(file, 0, "\x89PNG")) return;
    for (std::size_t at = 8; file.size() >= 12 && at <= file.size() - 12;) {
        const std::size_t length = be32(file, at);
        if (length > file.size() - 12 - at) return;
        std::uint8_t* name = file.data() + at + 4;
        const auto sum = crc32(0, name, static_cast<unsigned>(length + 4));
        for (int i = 0; i < 4; ++i)
            name[4 + length + static_cast<std::size_t>(i)] =
                static_cast<std::uint8_t>(sum >> (24 - 8 * i));
        at += 12 + length;
    }
}

}  // namespace

// For the leak checker: where an AVIF item has no bytes, libheif 1.15 allocates an empty packet for
// the AV1 decoder, which refuses it, and never frees its 40 bytes.
extern "C" const char* __lsan_default_suppressions() { return "leak:libdav1d"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::uint32_t choice = data[0];
    cameo::photo::RenderOptions options{.is_preview = (choice & 4U) != 0};
    if ((choice & 1U) != 0) options.storage = cameo::PhotoStorage::directory;
    if ((choice & 2U) != 0)
        options.crop = cameo::photo::Crop{
            .x = choice >> 5U, .y = choice >> 6U, .side = 48, .rotate = 90 * ((choice >> 3U) & 3U)};
    cameo::Bytes file(data + 1, data + size);
    correct_png_checksums(file);
    cameo::image::InProcessRenderer renderer({.bytes = 1 << 16,
                                              .crop_bytes = 1 << 16,
                                              .side = 2000,
                                              .baseline_jpeg_pixels = 300'000,
                                              .other_pixels = 200'000,
                                              .directory_side = 512});
    const auto photo = renderer.render(file, options, cameo::Deadline::max());
    if (!photo && photo.error().fault == cameo::Fault::internal) std::abort();
    return 0;
}
