#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "access/verification_key.h"
#include "base/result.h"

namespace cameo::access {

// A longer token is refused unread.
inline constexpr std::size_t kMaxTokenBytes = 16'384;

// A JWT in compact form (RFC 7515 section 7.1), taken apart and not yet believed. Whatever its
// header says about where a key is to be found (jku, jwk, x5u, x5c) is not read at all.
struct Jwt {
    std::string_view signed_text;  // header and payload as received; lies in the token
    std::string signature;
    Algorithm algorithm = Algorithm::rs256;
    std::string key_id;
    boost::json::object claims;
};

// Fault::unauthenticated, with a sentence for the client: the form, an algorithm that is never
// believed, an extension that must be understood (crit), another kind of token (typ), no kid.
Result<Jwt> parse_jwt(std::string_view token);

// For whatever is wrong with a token.
std::unexpected<Error> refuse_token(std::string_view reason);

// One JSON object (RFC 8259), as tokens and issuers' documents hold it. nullopt where the text is
// anything else, is nested deeper than 16, or names a member twice at any depth: two readers of
// such a text might each see another value.
std::optional<boost::json::object> parse_strict_json(std::string_view text);

}  // namespace cameo::access
