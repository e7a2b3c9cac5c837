#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

// Base64 with the URL-safe alphabet and without padding, RFC 4648 section 5, as JWTs use it.
namespace cameo {

std::string to_base64url(ByteView bytes);

// nullopt for padding, a foreign character, an impossible length, or set bits past the last byte.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace cameo
