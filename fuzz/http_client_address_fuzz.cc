// X-Forwarded-For, -Proto, -Host and Forwarded: for every input the address is one of theirs
// or the peer's, and the host is valid in a link.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/client_address.h"

using namespace cameo;

namespace {

void check_origin(const http::Request& request, const std::vector<http::AddressRange>& trusted) {
    const auto host = http::forwarded_origin(request, "10.0.0.1", trusted).host;
    if (host.size() > 255 || host.find_first_of(" \"'<>/\\?#@%,;") != std::string_view::npos)
        abort();
}

}  // namespace

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
    check_origin(request, kTrusted);
    request.fields = {{"X-Forwarded-Host", text}, {"X-Forwarded-Proto", half}};
    check_origin(request, kTrusted);
    (void)http::AddressRange::parse(text);
    return 0;
}
