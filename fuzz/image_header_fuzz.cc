// The header parsers, which read a file before it is decoded.
#include <cstddef>
#include <cstdint>

#include "image/header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cameo::image;
    const cameo::ByteView file(data, size);
    exif_orientation(file);
    (void)read_header(file);
    return 0;
}
