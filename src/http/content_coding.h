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

// `plain` as one gzip member (RFC 1952), as small as zlib makes it.
std::string encode_gzip(std::string_view plain);

// Whether the value of Accept-Encoding allows a reply in gzip (RFC 9110 section 12.5.3): it names
// gzip, x-gzip or `*` with a weight other than 0. False for an absent field.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace cameo::http
