#pragma once

#include <string>
#include <string_view>

// Identifiers. All functions are thread-safe.
namespace cameo {

// 32 hex digits from 128 cryptographically random bits.
std::string random_hex128_lower();  // blob keys
std::string random_hex128_upper();  // etags: docs/storage.md, "The catalog"

// A random (version 4) GUID in lower case, RFC 9562 section 5.4. Cryptographically random.
std::string new_guid();

// As new_guid, from a fast generator whose output can be predicted: for request ids, which only
// need to differ. Writes exactly 36 characters.
void write_request_id(char* out);

// 8-4-4-4-12 hex digits in either case, any version.
bool is_guid(std::string_view text);

}  // namespace cameo
