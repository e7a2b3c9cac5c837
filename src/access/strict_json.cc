#include "access/strict_json.h"

#include <boost/json.hpp>
#include <utility>

namespace cameo::access {
namespace {

namespace json = boost::json;

// Every member has one colon outside of strings.
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

// The parser bounds the depth.
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

std::optional<json::object> parse_object(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse(text, error, {}, {.max_depth = 16});
    if (error || !value.is_object()) return std::nullopt;
    // The parser keeps the last of several members with one name.
    if (count_members(value) != count_members(text)) return std::nullopt;
    return std::move(value.get_object());
}

}  // namespace cameo::access
