// The request head: no input may crash the parser, be read past its end, or be accepted if
// a second parser could read it differently.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/head_parser.h"

using cameo::http::Head;

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto head = cameo::http::parse_head(bytes, {.max_bytes = 2000, .max_fields = 10});
    if (head.state != Head::State::complete) return 0;
    const auto text = bytes.substr(0, head.length);
    if (head.length > 2000 || head.request.fields.size() > 10 || !text.ends_with("\r\n\r\n"))
        abort();
    if (head.body.chunked && head.body.length > 0) abort();
    if (head.body.chunked && head.request.has("content-length")) abort();
    for (const auto& field : head.request.fields)
        if (field.value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
            abort();
    // The same bytes give the same head, independently of the bytes after them.
    if (cameo::http::parse_head(text, {.max_bytes = 2000}).length != head.length) abort();
    return 0;
}
