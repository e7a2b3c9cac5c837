// What a worker sends, as the server parses it: its greeting and its responses.
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
    if (size < kAnswerBytes) return 0;
    AnswerHeader header{};
    std::copy_n(data, header.size(), header.begin());
    const Request request{.storage = size % 2 == 0 ? cameo::PhotoStorage::mailbox
                                                   : cameo::PhotoStorage::directory};
    const auto shape = decode(header, request);
    const cameo::ByteView body(data + kAnswerBytes, size - kAnswerBytes);
    if (shape && shape->body_bytes == body.size()) decode_body(*shape, body, request);
    return 0;
}
