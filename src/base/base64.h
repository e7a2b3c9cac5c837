#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

// Base64 as Graph's clients read and write it; base64url.h has the strict form of JWTs.
namespace cameo {

// The standard alphabet with padding, RFC 4648 section 4.
std::string to_base64(ByteView bytes);

// Either alphabet (RFC 4648 sections 4 and 5), padded or not, white space anywhere, a
// `data:...;base64,` in front allowed. nullopt for anything else.
std::optional<Bytes> from_any_base64(std::string_view text);

}  // namespace cameo
