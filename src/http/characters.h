#pragma once

#include <algorithm>
#include <array>
#include <string_view>

// The character classes of RFC 9110 section 5.6, as tables.
namespace cameo::http {

namespace detail {
constexpr std::array<bool, 256> table_of(std::string_view extra) {
    std::array<bool, 256> table{};
    for (int c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (const char c : extra) table[static_cast<unsigned char>(c)] = true;
    return table;
}
inline constexpr auto kToken = table_of("!#$%&'*+-.^_`|~");
inline constexpr auto kHost = table_of("-._~!$&'()*+,;=%:[]");
}  // namespace detail

constexpr bool is_token(char c) { return detail::kToken[static_cast<unsigned char>(c)]; }

constexpr bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return is_token(c); });
}

// RFC 3986 section 3.2: what a host with an optional port is made of.
constexpr bool is_host(std::string_view text) {
    return std::ranges::all_of(text,
                               [](char c) { return detail::kHost[static_cast<unsigned char>(c)]; });
}

// What may stand in a field value or a chunk extension: no control character but the tab. One
// pass without branches, so that the compiler can use vectors: values reach several KB.
constexpr bool is_field_text(std::string_view text) {
    bool bad = false;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        bad |= (byte < 0x20 && byte != '\t') || byte == 0x7f;
    }
    return !bad;
}

constexpr bool is_visible_ascii(std::string_view text) {
    bool bad = false;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        bad |= byte <= 0x20 || byte >= 0x7f;
    }
    return !bad;
}

}  // namespace cameo::http
