#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "http/request.h"

// Whose request it is where proxies stand in between. Pure functions.
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
// X-Forwarded-For or Forwarded (RFC 7239) that is none. What lies before it is the client's own
// word. Where both fields came and differ, one of them is the client's as well: `peer` then. Gives
// a view of the request or of `peer`.
std::string_view client_address(const Request& request, std::string_view peer,
                                const std::vector<AddressRange>& trusted);

}  // namespace cameo::http
