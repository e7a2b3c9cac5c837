#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

namespace cameo::access {

// One JSON object (RFC 8259), as tokens and issuers' documents hold it. nullopt where the text is
// anything else, is nested deeper than 16, or names a member twice at any depth: two readers of
// such a text might each see another value.
std::optional<boost::json::object> parse_object(std::string_view text);

}  // namespace cameo::access
