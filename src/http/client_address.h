#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "http/request.h"

// Whose request it is, and by which address they asked, where proxies stand in between. Pure
// functions.
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

// By which scheme and host the client asked.
struct ForwardedOrigin {
    std::optional<bool> https;  // nullopt: not told
    std::string_view host;      // with its port; empty: not told
};

// What the trusted proxies say of it, where `peer` is one: in Forwarded the element, in
// X-Forwarded-Proto and -Host the value, that the one nearest to the client wrote. As many are
// theirs as trusted addresses end the way that client_address follows, and one. Where both kinds
// came, only what both say. A scheme other than http and https, or what is no host with an optional
// port, counts as not told. Gives views of the request.
ForwardedOrigin forwarded_origin(const Request& request, std::string_view peer,
                                 const std::vector<AddressRange>& trusted);

// Whether the request has one of these fields, trusted or not.
bool is_forwarded(const Request& request);

}  // namespace cameo::http
