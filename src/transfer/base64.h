#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace cameo::transfer {

// Base64 of either alphabet (RFC 4648 sections 4 and 5), padded or not, white space anywhere, a
// `data:...;base64,` in front allowed. nullopt for anything else.
std::optional<Bytes> from_any_base64(std::string_view text);

}  // namespace cameo::transfer
