#pragma once

#include <charconv>
#include <concepts>
#include <optional>
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

// The decimal number that the whole text is; none where it is not one or out of range. An unsigned
// one has no sign.
template <std::integral Number>
std::optional<Number> number_in(std::string_view text) {
    Number number = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return number;
}

// The pieces between the separators, each trimmed; omits empty pieces.
std::vector<std::string_view> split_list(std::string_view text, char separator);

// `text` as one field of a CSV file (RFC 4180), quoted if necessary: also where it begins or ends
// with a space, which some readers remove.
std::string csv_field(std::string_view text);

}  // namespace cameo
