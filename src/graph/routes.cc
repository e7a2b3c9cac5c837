#include "graph/routes.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace cameo::graph {
namespace {

using http::Method;

constexpr std::uint8_t bits(auto... methods) {
    return static_cast<std::uint8_t>(((1U << static_cast<int>(methods)) | ...));
}

constexpr auto kRead = bits(Method::get, Method::head);
constexpr auto kReadDelete = bits(Method::get, Method::head, Method::del);
constexpr auto kReadWrite =
    bits(Method::get, Method::head, Method::put, Method::patch, Method::del);
constexpr auto kPost = bits(Method::post);

constexpr std::size_t kMaxParts = 4;

struct Line {
    std::array<std::string_view, kMaxParts> path;  // {user} is `me`, or `users` and a key
    Resource resource = Resource::user;
    std::uint8_t methods = 0;
};

// To grow: add lines. The busiest first.
constexpr std::array kLines{
    Line{{"{user}", "photo", "$value"}, Resource::photo_value, kReadWrite},
    Line{{"{user}", "photos", "{size}", "$value"}, Resource::photo_size_value, kRead},
    Line{{"{user}", "photo"}, Resource::photo, kReadDelete},
    Line{{"{user}", "photos", "{size}"}, Resource::photo_size, kRead},
    Line{{"{user}", "photos"}, Resource::photos, kRead},
    // An old form of Microsoft's documentation that programs still use.
    Line{{"me", "photo", "{size}", "$value"}, Resource::photo_size_value, kRead},
    Line{{"{user}"}, Resource::user, kRead},
    Line{{"users"}, Resource::users, kPost},
};

using Segments = std::span<const std::string_view>;

// Takes `{user}` off the front of the segments.
bool take_user(Segments& segments, Route& route) {
    if (segments.empty()) return false;
    if (equals_ignoring_case(segments[0], "me")) {
        route.me = true;
        segments = segments.subspan(1);
        return true;
    }
    if (segments.size() < 2 || !equals_ignoring_case(segments[0], "users")) return false;
    route.user_key = segments[1];
    segments = segments.subspan(2);
    return true;
}

bool take(std::string_view part, Segments& segments, Route& route) {
    if (part == "{user}") return take_user(segments, route);
    if (segments.empty()) return false;
    if (part == "{size}")
        route.size = segments[0];
    else if (!equals_ignoring_case(part, segments[0]))
        return false;
    route.me = route.me || part == "me";
    segments = segments.subspan(1);
    return true;
}

std::optional<Route> match(const Line& line, Segments segments) {
    Route route{.resource = line.resource, .methods = line.methods};
    for (const auto part : line.path) {
        if (part.empty()) break;
        if (!take(part, segments, route)) return std::nullopt;
    }
    if (!segments.empty()) return std::nullopt;
    return route;
}

}  // namespace

std::optional<Route> find_route(Segments segments) {
    for (const Line& line : kLines)
        if (auto route = match(line, segments)) return route;
    return std::nullopt;
}

std::string allow_header(const Route& route) {
    static constexpr std::array<std::pair<Method, std::string_view>, 6> kNames{{
        {Method::get, "GET"},
        {Method::head, "HEAD"},
        {Method::post, "POST"},
        {Method::put, "PUT"},
        {Method::patch, "PATCH"},
        {Method::del, "DELETE"},
    }};
    std::string allow;
    for (const auto& [method, name] : kNames) {
        if (!route.allows(method)) continue;
        if (!allow.empty()) allow += ", ";
        allow += name;
    }
    return allow;
}

}  // namespace cameo::graph
