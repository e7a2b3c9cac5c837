#include "base/base64.h"

#include "base/base64url.h"

namespace cameo {

std::string to_base64(ByteView bytes) {
    static constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text((bytes.size() + 2) / 3 * 4, '=');
    char* out = text.data();
    std::size_t at = 0;
    for (; at + 3 <= bytes.size(); at += 3) {
        const std::uint32_t group = static_cast<std::uint32_t>(bytes[at]) << 16 |
                                    static_cast<std::uint32_t>(bytes[at + 1]) << 8 | bytes[at + 2];
        *out++ = kAlphabet[group >> 18];
        *out++ = kAlphabet[group >> 12 & 63];
        *out++ = kAlphabet[group >> 6 & 63];
        *out++ = kAlphabet[group & 63];
    }
    const std::size_t left = bytes.size() - at;
    if (left == 0) return text;
    std::uint32_t group = static_cast<std::uint32_t>(bytes[at]) << 16;
    if (left == 2) group |= static_cast<std::uint32_t>(bytes[at + 1]) << 8;
    *out++ = kAlphabet[group >> 18];
    *out++ = kAlphabet[group >> 12 & 63];
    if (left == 2) *out = kAlphabet[group >> 6 & 63];
    return text;
}

std::optional<Bytes> from_any_base64(std::string_view text) {
    if (text.starts_with("data:")) {
        constexpr std::string_view kMark = ";base64,";
        const auto mark = text.find(kMark);
        if (mark == std::string_view::npos) return std::nullopt;
        text.remove_prefix(mark + kMark.size());
    }
    std::string plain;
    plain.reserve(text.size());
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        plain.push_back(c == '+' ? '-' : c == '/' ? '_' : c);
    }
    for (int padding = 0; padding < 2 && plain.ends_with('='); ++padding) plain.pop_back();
    const auto decoded = from_base64url(plain);
    if (!decoded) return std::nullopt;
    return Bytes(decoded->begin(), decoded->end());
}

}  // namespace cameo
