#pragma once

#include <string>
#include <string_view>
#include <vector>

// ASCII text. Case folding touches A to Z only, whatever the locale.
namespace cameo {

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string to_lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);

// Without spaces and tabs at either end.
std::string_view trim(std::string_view text);

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates.
bool is_utf8(std::string_view text);

// The pieces between the separators, each trimmed; omits empty pieces.
std::vector<std::string_view> split_list(std::string_view text, char separator);

}  // namespace cameo
