#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "access/verification_key.h"
#include "base/result.h"

namespace cameo::access {

// A longer token is refused without parsing it.
inline constexpr std::size_t kMaxTokenBytes = 16'384;

// A parsed, not yet verified JWT in compact form (RFC 7515 section 7.1). The header members that
// locate keys (jku, jwk, x5u, x5c) are ignored.
struct Jwt {
    std::string_view signed_text;  // header and payload as received; a view of the token
    std::string signature;
    Algorithm algorithm = Algorithm::rs256;
    std::string key_id;
    boost::json::object claims;
};

// Fault::unauthenticated, with a sentence for the client: malformed, an algorithm that is not
// supported, a critical extension (crit), another kind of token (typ), no kid.
Result<Jwt> parse_jwt(std::string_view token);

// The error for any invalid token.
std::unexpected<Error> refuse_token(std::string_view reason);

// Parses one JSON object (RFC 8259) of a token or an issuer's document. nullopt if the text is
// anything else, is nested deeper than 16, or repeats a member name at any depth, because two
// parsers could then read different values.
std::optional<boost::json::object> parse_strict_json(std::string_view text);

}  // namespace cameo::access
