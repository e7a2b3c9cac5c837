#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

// Bytes as text: hex digits, UTF-8, Base64 as Graph's clients write it, and the strict Base64 of
// JWTs.
namespace cameo {

// 0 to 15; -1 for any other character. Accepts both cases.
int hex_value(char digit);

enum class HexCase { lower, upper };

std::string to_hex(ByteView bytes, HexCase letters = HexCase::lower);

// nullopt if the length is odd or a character is not a hex digit. Accepts both cases.
std::optional<Bytes> from_hex(std::string_view text);

// Appends the character (0 to 0x10FFFF) in UTF-8, RFC 3629.
void append_utf8(std::string& out, std::uint32_t character);

// Base64 with the standard alphabet and padding, RFC 4648 section 4.
std::string to_base64(ByteView bytes);

// Either alphabet (RFC 4648 sections 4 and 5), padded or not, white space anywhere, a
// `data:...;base64,` in front allowed. nullopt for anything else.
std::optional<Bytes> from_any_base64(std::string_view text);

// Base64 with the URL-safe alphabet and without padding, RFC 4648 section 5, as JWTs use it.
std::string to_base64url(ByteView bytes);

// nullopt for padding, a character outside the alphabet, an impossible length, or set bits past the
// last byte.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace cameo
