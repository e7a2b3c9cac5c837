// What comes over the control socket: no head may crash either end, and one that is understood is
// written as it was read.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "control/protocol.h"

using namespace cameo::control;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view head(reinterpret_cast<const char*>(data), size);
    if (const auto request = parse_request(head)) {
        const auto written = to_json(*request);
        const auto again = parse_request(written);
        if (!again || to_json(*again) != written) std::abort();
    }
    (void)parse_reply(head);
    (void)parse_greeting(head);
    return 0;
}
