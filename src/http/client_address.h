#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "http/request.h"

// The client's address, and the scheme and host that it used, where proxies are between client and
// server. Pure functions.
namespace cameo::http {

// A network in CIDR notation, RFC 4632 and 4291 section 2.3: `10.0.0.0/8`, `fd00::/8`; an address
// alone is itself.
struct AddressRange {
    std::array<std::uint8_t, 16> address{};  // an IPv4 address as ::ffff:a.b.c.d
    unsigned prefix = 0;                     // bits, of 128

    static std::optional<AddressRange> parse(std::string_view text);
    bool contains(std::string_view address_text) const;
};

// The address of the client: `peer`, unless it is a trusted proxy; then the last hop of
// X-Forwarded-For or Forwarded (RFC 7239) that is not one. The client can have written the hops
// before it. If both fields are present and differ, the client can have written one of them, and
// the result is `peer`. Returns a view of the request or of `peer`.
std::string_view client_address(const Request& request, std::string_view peer,
                                const std::vector<AddressRange>& trusted);

// The scheme and host of the client's request.
struct ForwardedOrigin {
    std::optional<bool> https;  // nullopt: unknown
    std::string_view host;      // with its port; empty: unknown
};

// The origin from the fields of trusted proxies, if `peer` is one: the element of Forwarded, or the
// value of X-Forwarded-Proto and -Host, that the proxy nearest to the client wrote. The proxies
// wrote one value more than there are trusted addresses at the end of the hops that client_address
// reads. If both kinds of fields are present, only the values on which they agree. A scheme other
// than http and https, or a text that is not a host with an optional port, counts as unknown.
// Returns views of the request.
ForwardedOrigin forwarded_origin(const Request& request, std::string_view peer,
                                 const std::vector<AddressRange>& trusted);

}  // namespace cameo::http
