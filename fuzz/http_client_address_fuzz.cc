// X-Forwarded-For and Forwarded: whatever they say, the address is one that they hold or the
// peer's.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/client_address.h"

using namespace cameo;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const std::vector<http::AddressRange> kTrusted{*http::AddressRange::parse("10.0.0.0/8"),
                                                          *http::AddressRange::parse("fd00::/8")};
    const auto half = text.substr(0, size / 2);
    http::Request request;
    request.fields = {{"X-Forwarded-For", text}, {"Forwarded", half}};
    const auto address = http::client_address(request, "10.0.0.1", kTrusted);
    if (address != "10.0.0.1" && !http::AddressRange::parse(address)) abort();
    request.fields = {{"Forwarded", text}};
    (void)http::client_address(request, "10.0.0.1", kTrusted);
    (void)http::AddressRange::parse(text);
    return 0;
}
