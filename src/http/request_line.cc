#include "http/request_line.h"

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/text.h"
#include "http/characters.h"

namespace cameo::http {
namespace {

constexpr std::size_t kLongestMethod = 20;

constexpr std::array<std::pair<std::string_view, Method>, 7> kMethods{
    {{"GET", Method::get},
     {"HEAD", Method::head},
     {"PUT", Method::put},
     {"POST", Method::post},
     {"PATCH", Method::patch},
     {"DELETE", Method::del},
     {"OPTIONS", Method::options}}};

Method method_of(std::string_view text) {
    for (const auto& [name, method] : kMethods)
        if (name == text) return method;
    return Method::other;
}

std::expected<int, ProtocolError> minor_version(std::string_view text) {
    if (text == "HTTP/1.1") return 1;
    if (text == "HTTP/1.0") return 0;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() == 8 && text.starts_with("HTTP/") && digit(text[5]) && text[6] == '.' &&
        digit(text[7]))
        return std::unexpected(ProtocolError{505, "This server speaks HTTP/1.1 and HTTP/1.0."});
    return std::unexpected(ProtocolError{400, "The request line is malformed."});
}

bool has_scheme(std::string_view target, std::string_view scheme) {
    return equals_ignoring_case(target.substr(0, scheme.size()), scheme);
}

// The path of `http://host/path`. A query without a path has no origin-form that is a part of it.
std::optional<std::string_view> path_of_absolute(std::string_view target) {
    const std::size_t scheme = has_scheme(target, "http://")    ? 7
                               : has_scheme(target, "https://") ? 8
                                                                : 0;
    if (scheme == 0) return std::nullopt;
    const auto end = std::min(target.find_first_of("/?", scheme), target.size());
    if (end == scheme || !is_host(target.substr(scheme, end - scheme))) return std::nullopt;
    if (end == target.size()) return "/";
    if (target[end] == '?') return std::nullopt;
    return target.substr(end);
}

std::optional<std::string_view> origin_form(std::string_view target, Method method) {
    if (!is_visible_ascii(target) || target.contains('#')) return std::nullopt;
    if (target.starts_with('/')) return target;
    if (target == "*") return method == Method::options ? std::optional(target) : std::nullopt;
    return path_of_absolute(target);
}

}  // namespace

std::expected<RequestLine, ProtocolError> parse_request_line(std::string_view line) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return std::unexpected(ProtocolError{400, "The request line is malformed."});
    const auto method = line.substr(0, first);
    if (!is_token(method)) return std::unexpected(ProtocolError{400, "The method is malformed."});
    const auto minor = minor_version(line.substr(last + 1));
    if (!minor) return std::unexpected(minor.error());
    if (method.size() > kLongestMethod)
        return std::unexpected(ProtocolError{501, "The method is not known."});
    const auto known = method_of(method);
    const auto target = origin_form(line.substr(first + 1, last - first - 1), known);
    if (!target) return std::unexpected(ProtocolError{400, "The request target is malformed."});
    return RequestLine{known, method, *target, *minor};
}

}  // namespace cameo::http
