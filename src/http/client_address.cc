#include "http/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <ranges>
#include <span>
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

// Converts `a.b.c.d:port`, `[v6]:port` and `[v6]` to the address.
std::string_view without_port(std::string_view hop) {
    if (hop.starts_with('[')) return hop.substr(1, hop.find(']') - 1);
    const auto colon = hop.find(':');
    const bool one_colon = colon != std::string_view::npos && colon == hop.rfind(':');
    return one_colon ? hop.substr(0, colon) : hop;
}

// The value of a parameter in one element of Forwarded; empty if it has none.
std::string_view parameter(std::string_view element, std::string_view name) {
    for (const auto pair : split_list(element, ';')) {
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && equals_ignoring_case(pair.substr(0, equals), name))
            return without_quotes(pair.substr(equals + 1));
    }
    return {};
}

// RFC 7239 section 4: at most once in an element.
bool is_repeated(std::string_view element, std::string_view name) {
    return std::ranges::count_if(split_list(element, ';'), [&](std::string_view pair) {
               return equals_ignoring_case(pair.substr(0, pair.find('=')), name);
           }) > 1;
}

// The elements of a field that may be repeated, the client's first. A quote does not join elements:
// with an open quote a client could hide the elements that a proxy appends.
std::vector<std::string_view> elements(const Request& request, std::string_view name) {
    std::vector<std::string_view> found;
    for (const auto& field : request.fields)
        if (equals_ignoring_case(field.name, name))
            for (const auto element : split_list(field.value, ',')) found.push_back(element);
    return found;
}

// All hops of a field, the client's first.
template <class Hop>
std::vector<std::string_view> hops(const Request& request, std::string_view name, Hop hop) {
    auto found = elements(request, name);
    for (auto& element : found) element = without_port(hop(element));
    return found;
}

std::string_view itself(std::string_view hop) { return hop; }

std::string_view forwarded_for(std::string_view element) { return parameter(element, "for"); }

bool is_trusted(std::string_view address, const std::vector<AddressRange>& trusted) {
    return std::ranges::any_of(trusted,
                               [&](const AddressRange& range) { return range.contains(address); });
}

// A hop that is not an address (`unknown`, `_hidden`) ends the search: hops before it prove
// nothing.
std::string_view last_untrusted(const std::vector<std::string_view>& path, std::string_view peer,
                                const std::vector<AddressRange>& trusted) {
    for (const auto hop : path | std::views::reverse) {
        if (!parse_address(hop)) return peer;
        if (!is_trusted(hop, trusted)) return hop;
        peer = hop;
    }
    return peer;
}

// How many of the last values of a list were written by trusted proxies: one by the peer, and one
// for each trusted address at the end of the path.
std::size_t trusted_values(const std::vector<std::string_view>& path,
                           const std::vector<AddressRange>& trusted) {
    std::size_t count = 1;
    for (const auto hop : path | std::views::reverse) {
        if (!is_trusted(hop, trusted)) break;
        ++count;
    }
    return count;
}

std::optional<bool> https_of(std::string_view scheme) {
    if (equals_ignoring_case(scheme, "https")) return true;
    if (equals_ignoring_case(scheme, "http")) return false;
    return std::nullopt;
}

constexpr bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
}

bool is_domain_or_ipv4(std::string_view text) {
    return !text.empty() && (is_alphanumeric(text[0]) || text[0] == '_') && !text.contains("..") &&
           std::ranges::all_of(
               text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_port(std::string_view digits) {
    unsigned port = 0;
    const auto read = std::from_chars(digits.begin(), digits.end(), port);
    return read.ec == std::errc() && read.ptr == digits.end() && port >= 1 && port <= 65'535;
}

// Stricter than RFC 3986, because links that clients follow with their token contain it.
bool is_host_of_links(std::string_view text) {
    constexpr std::size_t kLongest = 255;
    if (text.empty() || text.size() > kLongest) return false;
    const bool is_ipv6 = text[0] == '[';
    const auto end = is_ipv6 ? text.find(']') : text.find(':');
    if (is_ipv6 && end == std::string_view::npos) return false;
    const auto host = is_ipv6 ? text.substr(1, end - 1) : text.substr(0, end);
    const auto rest = is_ipv6 ? text.substr(end + 1) : text.substr(host.size());
    if (is_ipv6 ? !host.contains(':') || !parse_address(host) : !is_domain_or_ipv4(host))
        return false;
    return rest.empty() || (rest[0] == ':' && is_port(rest.substr(1)));
}

// From the scheme and host that were sent; each is unknown if it is malformed.
ForwardedOrigin origin_of(std::string_view scheme, std::string_view host) {
    return {.https = https_of(scheme), .host = is_host_of_links(host) ? host : std::string_view()};
}

ForwardedOrigin origin_of_elements(const Request& request,
                                   const std::vector<AddressRange>& trusted) {
    const auto all = elements(request, "forwarded");
    const auto count =
        std::min(all.size(), trusted_values(hops(request, "forwarded", forwarded_for), trusted));
    const auto theirs = std::span(all).last(count);
    const auto value_of = [&](std::string_view name) -> std::string_view {
        for (const auto element : theirs) {
            if (is_repeated(element, name)) return {};
            if (const auto value = parameter(element, name); !value.empty()) return value;
        }
        return {};
    };
    return origin_of(value_of("proto"), value_of("host"));
}

ForwardedOrigin origin_of_lists(const Request& request, const std::vector<AddressRange>& trusted) {
    const auto count = trusted_values(hops(request, "x-forwarded-for", itself), trusted);
    const auto value_of = [&](std::string_view name) -> std::string_view {
        const auto all = elements(request, name);
        return all.empty() ? std::string_view() : all[all.size() - std::min(all.size(), count)];
    };
    return origin_of(value_of("x-forwarded-proto"), value_of("x-forwarded-host"));
}

bool has_lists(const Request& request) {
    return request.has("x-forwarded-for") || request.has("x-forwarded-proto") ||
           request.has("x-forwarded-host");
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
    const auto listed = hops(request, "x-forwarded-for", itself);
    const auto forwarded = hops(request, "forwarded", forwarded_for);
    const auto by_list = last_untrusted(listed, peer, trusted);
    if (forwarded.empty()) return by_list;
    const auto by_forwarded = last_untrusted(forwarded, peer, trusted);
    return listed.empty() || by_list == by_forwarded ? by_forwarded : peer;
}

ForwardedOrigin forwarded_origin(const Request& request, std::string_view peer,
                                 const std::vector<AddressRange>& trusted) {
    if (trusted.empty() || !is_trusted(peer, trusted)) return {};
    const auto by_lists = origin_of_lists(request, trusted);
    if (!request.has("forwarded")) return by_lists;
    auto origin = origin_of_elements(request, trusted);
    if (!has_lists(request)) return origin;
    if (by_lists.https != origin.https) origin.https = std::nullopt;
    if (by_lists.host != origin.host) origin.host = {};
    return origin;
}

}  // namespace cameo::http
