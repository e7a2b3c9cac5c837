// The header walks: what a file says of itself before any decoder sees it.
#include <cstddef>
#include <cstdint>

#include "image/exif_orientation.h"
#include "image/format.h"
#include "image/heif_items.h"
#include "image/jpeg_header.h"
#include "image/png_header.h"
#include "image/webp_gif_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cameo::image;
    const cameo::ByteView file(data, size);
    exif_orientation(file);
    const auto format = format_of(file);
    if (!format) return 0;
    if (*format == Format::jpeg) read_jpeg_header(file);
    if (*format == Format::png) read_png_header(file);
    if (*format == Format::webp) read_webp_header(file);
    if (*format == Format::gif) read_gif_header(file);
    if (*format == Format::heif) check_heif_items(file);
    return 0;
}
