// The messages of a worker, as the server parses them: its greeting and its responses.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "image_worker/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cameo::image_worker;
    if (size == kGreetingBytes) {
        GreetingBytes greeting{};
        std::copy_n(data, greeting.size(), greeting.begin());
        if (const auto decoded = decode(greeting)) describe(*decoded);
    }
    if (size < kResponseBytes) return 0;
    ResponseBytes bytes{};
    std::copy_n(data, bytes.size(), bytes.begin());
    RenderRequest request;
    if (size % 2 == 1) request.options.storage = cameo::PhotoStorage::directory;
    if (size % 3 == 1) request.options.crop = cameo::photo::Crop{.side = 64};
    if (size % 3 == 2) request.options.is_preview = true;
    const auto header = decode(bytes, request);
    const cameo::ByteView body(data + kResponseBytes, size - kResponseBytes);
    if (header && header->body_bytes == body.size()) decode_body(*header, body, request);
    return 0;
}
