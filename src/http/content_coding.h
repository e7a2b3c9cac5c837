#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cameo::http {

// Whether the coding changes nothing: none or identity.
bool is_identity(std::string_view coding);

// Decodes the Content-Encoding of a request body (RFC 9110 section 8.4): none, identity, gzip,
// x-gzip. Faults: unsupported_format for any other coding (the detail names it), malformed for
// damaged or truncated gzip, too_large if the result would exceed `limit` bytes.
Result<std::string> decode_content(std::string_view coding, std::string_view body,
                                   std::size_t limit);

}  // namespace cameo::http
