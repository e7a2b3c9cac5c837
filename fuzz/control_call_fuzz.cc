// Method and target of a request on the control socket: no target may crash the parser, and a call
// that is parsed is formatted as a target of the same call.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "control/calls.h"

using namespace cameo::control;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto space = std::min(text.find(' '), size);
    const auto call = parse_call(text.substr(0, space), text.substr(std::min(space + 1, size)));
    if (!call && call.error().detail.empty()) std::abort();
    if (!call) return 0;
    const auto line = format_call(*call);
    const auto again = parse_call(line.method, line.target);
    if (!again || again->index() != call->index()) std::abort();
    const auto same = format_call(*again);
    if (same.method != line.method || same.target != line.target) std::abort();
    return 0;
}
