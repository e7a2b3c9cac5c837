#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/http_date.h"

// Parses any bytes as a date. A date that is read must be read again from its own text.
// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cameo::http;
    const auto now = std::chrono::sys_seconds(std::chrono::seconds(1'796'000'000));
    const auto time = parse_http_date({reinterpret_cast<const char*>(data), size}, now);
    if (time &&
        parse_http_date(http_date(std::chrono::system_clock::to_time_t(*time)), now) != time)
        std::abort();
    return 0;
}
