#include "access/jwt.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "base/text.h"

namespace cameo::access {
namespace {

namespace json = boost::json;

struct Segments {
    std::string_view signed_text;  // header and payload with the dot between
    std::string_view header, payload, signature;
};

std::optional<Segments> split(std::string_view token) {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    if (token.find('.', first + 1) != last) return std::nullopt;
    return Segments{token.substr(0, last), token.substr(0, first),
                    token.substr(first + 1, last - first - 1), token.substr(last + 1)};
}

std::optional<json::object> parse_part(std::string_view part) {
    const auto text = from_base64url(part);
    return text ? parse_strict_json(*text) : std::nullopt;
}

std::optional<std::string_view> text_of(const json::object& header, std::string_view name) {
    const auto* value = header.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return value->get_string();
}

// RFC 9068 section 4 and RFC 8725 section 3.11: logout tokens, proofs and events are signed with
// the same key and are not access tokens.
bool is_access_type(const json::object& header) {
    if (!header.contains("typ")) return true;
    const auto type = text_of(header, "typ");
    if (!type) return false;
    constexpr std::array<std::string_view, 4> kTypes{"jwt", "at+jwt", "application/jwt",
                                                     "application/at+jwt"};
    return std::ranges::find(kTypes, to_lower(*type)) != kTypes.end();
}

namespace json = boost::json;

// Each member has exactly one colon outside of strings.
std::size_t count_members(std::string_view text) {
    std::size_t colons = 0;
    bool inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') inside = !inside;
        if (inside && text[i] == '\\') ++i;
        if (!inside && text[i] == ':') ++colons;
    }
    return colons;
}

// The parser limits the depth.
std::size_t count_members(const json::value& value) {  // NOLINT(misc-no-recursion)
    std::size_t members = 0;
    if (const auto* object = value.if_object()) {
        members = object->size();
        for (const auto& member : *object) members += count_members(member.value());
    } else if (const auto* array = value.if_array()) {
        for (const auto& item : *array) members += count_members(item);
    }
    return members;
}

}  // namespace

std::unexpected<Error> refuse_token(std::string_view reason) {
    return fail(Fault::unauthenticated, "Access token validation failure. " + std::string(reason));
}

Result<Jwt> parse_jwt(std::string_view token) {
    if (token.size() > kMaxTokenBytes)
        return fail(Fault::unauthenticated, "Access token is too long.");
    const auto parts = split(token);
    const auto malformed = [] {
        return fail(Fault::unauthenticated, "Access token is malformed.");
    };
    if (!parts) return malformed();
    const auto header = parse_part(parts->header);
    auto payload = parse_part(parts->payload);
    auto signature = from_base64url(parts->signature);
    if (!header || !payload || !signature) return malformed();
    const auto algorithm = algorithm_named(text_of(*header, "alg").value_or(""));
    if (!algorithm) return refuse_token("The algorithm is not accepted.");
    if (header->contains("crit")) return refuse_token("A critical extension is not known.");
    if (!is_access_type(*header)) return refuse_token("It is not an access token.");
    const auto key_id = text_of(*header, "kid");
    if (!key_id || key_id->empty()) return refuse_token("It names no signing key.");
    return Jwt{.signed_text = parts->signed_text,
               .signature = std::move(*signature),
               .algorithm = *algorithm,
               .key_id = std::string(*key_id),
               .claims = std::move(*payload)};
}

std::optional<json::object> parse_strict_json(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse(text, error, {}, {.max_depth = 16});
    if (error || !value.is_object()) return std::nullopt;
    // The parser keeps only the last of several members with one name.
    if (count_members(value) != count_members(text)) return std::nullopt;
    return std::move(value.get_object());
}

}  // namespace cameo::access
