#include "http/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <ranges>
#include <string>
#include <system_error>

#include "base/text.h"

namespace cameo::http {
namespace {

using Address = std::array<std::uint8_t, 16>;

constexpr unsigned kBits = 128;
constexpr unsigned kMappedBits = 96;  // ::ffff:0:0/96, RFC 4291 section 2.5.5.2

std::optional<Address> parse_address(std::string_view text) {
    if (text.contains('\0')) return std::nullopt;  // inet_pton would stop there
    const std::string zero_ended(text);
    Address address{};
    if (::inet_pton(AF_INET6, zero_ended.c_str(), address.data()) == 1) return address;
    if (::inet_pton(AF_INET, zero_ended.c_str(), address.data() + 12) != 1) return std::nullopt;
    address[10] = address[11] = 0xff;
    return address;
}

std::string_view without_quotes(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        return text.substr(1, text.size() - 2);
    return text;
}

// `a.b.c.d:port`, `[v6]:port` and `[v6]` to the address.
std::string_view without_port(std::string_view hop) {
    if (hop.starts_with('[')) return hop.substr(1, hop.find(']') - 1);
    const auto colon = hop.find(':');
    const bool one_colon = colon != std::string_view::npos && colon == hop.rfind(':');
    return one_colon ? hop.substr(0, colon) : hop;
}

// The value of `for` in one element of Forwarded; empty where it has none.
std::string_view forwarded_for(std::string_view element) {
    for (const auto pair : split_list(element, ';'))
        if (pair.size() > 4 && equals_ignoring_case(pair.substr(0, 4), "for="))
            return without_quotes(pair.substr(4));
    return {};
}

// All hops of a field that may come several times, the client's first.
template <class Hop>
std::vector<std::string_view> hops(const Request& request, std::string_view name, Hop hop) {
    std::vector<std::string_view> found;
    for (const auto& field : request.fields)
        if (equals_ignoring_case(field.name, name))
            for (const auto element : split_list(field.value, ','))
                found.push_back(without_port(hop(element)));
    return found;
}

bool is_trusted(std::string_view address, const std::vector<AddressRange>& trusted) {
    return std::ranges::any_of(trusted,
                               [&](const AddressRange& range) { return range.contains(address); });
}

// A hop that is no address (`unknown`, `_hidden`) ends the way: nothing before it can be judged.
std::string_view last_stranger(const std::vector<std::string_view>& way, std::string_view peer,
                               const std::vector<AddressRange>& trusted) {
    for (const auto hop : way | std::views::reverse) {
        if (!parse_address(hop)) return peer;
        if (!is_trusted(hop, trusted)) return hop;
        peer = hop;
    }
    return peer;
}

}  // namespace

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    if (slash == std::string_view::npos) return AddressRange{*address, kBits};
    const auto digits = text.substr(slash + 1);
    const unsigned fixed = text.contains(':') ? 0 : kMappedBits;
    unsigned prefix = 0;
    const auto read = std::from_chars(digits.begin(), digits.end(), prefix);
    if (read.ec != std::errc() || read.ptr != digits.end() || prefix + fixed > kBits)
        return std::nullopt;
    return AddressRange{*address, prefix + fixed};
}

bool AddressRange::contains(std::string_view address_text) const {
    const auto other = parse_address(address_text);
    if (!other) return false;
    for (unsigned bit = 0; bit < prefix; bit += 8) {
        const auto mask =
            static_cast<std::uint8_t>(prefix - bit >= 8 ? 0xff : 0xff00 >> (prefix - bit));
        if (((address[bit / 8] ^ (*other)[bit / 8]) & mask) != 0) return false;
    }
    return true;
}

std::string_view client_address(const Request& request, std::string_view peer,
                                const std::vector<AddressRange>& trusted) {
    if (trusted.empty() || !is_trusted(peer, trusted)) return peer;
    const auto listed = hops(request, "x-forwarded-for", [](std::string_view hop) { return hop; });
    const auto forwarded = hops(request, "forwarded", forwarded_for);
    const auto by_list = last_stranger(listed, peer, trusted);
    if (forwarded.empty()) return by_list;
    const auto by_forwarded = last_stranger(forwarded, peer, trusted);
    return listed.empty() || by_list == by_forwarded ? by_forwarded : peer;
}

}  // namespace cameo::http
