#include "graph/cors.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace cameo::graph {
namespace {

constexpr std::string_view kEverybody = "*";
constexpr std::string_view kLoopback = "loopback";

constexpr std::string_view kOpenToAll =
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Expose-Headers: ETag, Retry-After, request-id, client-request-id, Location, "
    "WWW-Authenticate, Content-Range, Accept-Ranges, Cameo-Picture\r\n";
constexpr std::string_view kExpose = kOpenToAll.substr(kOpenToAll.find('\n') + 1);

constexpr std::string_view kMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
// What Graph's clients send (docs/clients.md), the conditions and ranges served here, and the
// headers of docs/cameo-api.md.
constexpr std::string_view kHeaders =
    "authorization, client-request-id, content-type, sdkversion, retry-attempt, "
    "x-peoplequery-querysources, if-match, if-none-match, if-range, range, prefer, "
    "consistencylevel, cameo-crop, cameo-run, cameo-source";
constexpr std::size_t kMaxHeaders = 2'000;  // characters of the requested names
constexpr int kMaxAge = 7'200;              // seconds; the longest time that any browser caches it

constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";  // RFC 9110 section 5.6.2

bool holds(const std::vector<std::string>& all, std::string_view one) {
    return std::ranges::find(all, one) != all.end();
}

bool is_header_name(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        const char low = to_lower(c);
        return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || kMarks.contains(c);
    });
}

// The known names and the further requested ones.
std::string allowed_headers(std::string_view asked) {
    std::string all(kHeaders);
    if (asked.size() > kMaxHeaders) return all;
    const auto known = split_list(kHeaders, ',');
    for (const auto name : split_list(asked, ',')) {
        const auto same = [&](std::string_view one) { return equals_ignoring_case(one, name); };
        if (is_header_name(name) && std::ranges::none_of(known, same))
            all.append(", ").append(name);
    }
    return all;
}

struct OriginParts {
    std::string_view scheme;
    std::string_view host;  // an IPv6 address with its brackets
    std::string_view port;  // digits; empty if absent
};

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_scheme(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
    });
}

bool is_host(std::string_view text) {
    if (text.starts_with('[')) {
        const auto inner = text.substr(1, text.size() - 2);
        return text.ends_with(']') && !inner.empty() && std::ranges::all_of(inner, [](char c) {
                   return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
               });
    }
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    });
}

// An origin as browsers write it: RFC 6454 section 6.2.
std::optional<OriginParts> origin_parts(std::string_view text) {
    const auto mark = text.find("://");
    if (mark == std::string_view::npos) return std::nullopt;
    OriginParts parts{.scheme = text.substr(0, mark), .host = text.substr(mark + 3)};
    const auto colon = parts.host.rfind(':');
    if (colon != std::string_view::npos && !parts.host.ends_with(']')) {
        parts.port = parts.host.substr(colon + 1);
        parts.host = parts.host.substr(0, colon);
        if (!is_port(parts.port)) return std::nullopt;
    }
    if (!is_scheme(parts.scheme) || !is_host(parts.host)) return std::nullopt;
    return parts;
}

bool is_loopback(std::string_view origin) {
    const auto parts = origin_parts(origin);
    return parts && (parts->scheme == "http" || parts->scheme == "https") &&
           (parts->host == "localhost" || parts->host == "127.0.0.1" || parts->host == "[::1]");
}

http::SharedText constant(std::string_view text) { return {text, nullptr}; }

}  // namespace

Cors::Cors(const std::vector<std::string>& origins)
    : origins_(origins),
      everybody_(holds(origins, kEverybody)),
      loopback_(holds(origins, kLoopback)) {}

std::optional<http::Reply> Cors::preflight(const http::Request& request) const {
    if (request.method != http::Method::options || !request.has("origin") ||
        !request.has("access-control-request-method"))
        return std::nullopt;
    http::Reply reply{.status = 204, .more_fields = fields(request), .vary = {.origin = vary()}};
    if (allows(request.find("origin")))
        reply.fields = fmt::format(
            "Access-Control-Allow-Methods: {}\r\nAccess-Control-Allow-Headers: {}\r\n"
            "Access-Control-Max-Age: {}\r\n",
            kMethods, allowed_headers(request.find("access-control-request-headers")), kMaxAge);
    return reply;
}

http::SharedText Cors::fields(const http::Request& request) const {
    if (everybody_) return constant(kOpenToAll);
    if (origins_.empty()) return {};
    const auto origin = request.find("origin");
    if (origin.empty() || !allows(origin)) return {};
    return fmt::format("Access-Control-Allow-Origin: {}\r\n{}", origin, kExpose);
}

bool Cors::allows(std::string_view origin) const {
    return everybody_ || (loopback_ && is_loopback(origin)) || holds(origins_, origin);
}

std::optional<std::string> cors_origin(std::string_view text) {
    if (text == kEverybody || text == kLoopback) return std::string(text);
    auto origin = to_lower(text);
    const auto parts = origin_parts(origin);
    if (!parts) return std::nullopt;
    const bool usual = (parts->scheme == "https" && parts->port == "443") ||
                       (parts->scheme == "http" && parts->port == "80");
    return fmt::format("{}://{}{}{}", parts->scheme, parts->host,
                       usual || parts->port.empty() ? "" : ":", usual ? "" : parts->port);
}

}  // namespace cameo::graph
