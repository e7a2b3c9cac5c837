// A chunked body: the result must not depend on how the bytes are split, and stays within the
// limit. The first byte of the input decides the positions of the splits.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/body_reader.h"

using cameo::http::BodyReader;

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    const auto split = data[0] % (bytes.size() + 1);
    BodyReader whole({.chunked = true}, 500);
    BodyReader parts({.chunked = true}, 500);
    const auto used = whole.feed(bytes);
    auto used_in_parts = parts.feed(bytes.substr(0, split));
    if (used_in_parts == split) used_in_parts += parts.feed(bytes.substr(split));
    if (whole.state() != parts.state()) abort();
    if (whole.state() != BodyReader::State::complete) return 0;
    const auto body = whole.take();
    if (used != used_in_parts || used > bytes.size() || body.size() > 500) abort();
    if (body.view() != parts.take().view()) abort();
    return 0;
}
