#include "base/encoding.h"

#include <array>
#include <cstdint>

namespace cameo {
namespace {

constexpr std::string_view kUrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::int8_t, 256> kUrlValues = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kUrlAlphabet.size(); ++i)
        values[static_cast<unsigned char>(kUrlAlphabet[i])] = static_cast<std::int8_t>(i);
    return values;
}();

}  // namespace

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

std::string to_hex(ByteView bytes, HexCase letters) {
    const char* digits = letters == HexCase::lower ? "0123456789abcdef" : "0123456789ABCDEF";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return bytes;
}

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

std::string to_base64url(ByteView bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t pending = 0;
    int bits = 0;
    for (const auto byte : bytes) {
        pending = pending << 8 | byte;
        bits += 8;
        for (; bits >= 6; bits -= 6) text += kUrlAlphabet[(pending >> (bits - 6)) & 63];
    }
    if (bits > 0) text += kUrlAlphabet[(pending << (6 - bits)) & 63];
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t pending = 0;
    int bits = 0;
    for (const char c : text) {
        const int value = kUrlValues[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        pending = (pending << 6 | static_cast<std::uint32_t>(value)) & 0xffffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(pending >> bits & 0xff);
        }
    }
    if ((pending & ((1U << bits) - 1)) != 0) return std::nullopt;
    return bytes;
}

void append_utf8(std::string& out, std::uint32_t character) {
    const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
    const auto rest = [&](int shift) { byte(0x80U | ((character >> shift) & 0x3fU)); };
    if (character < 0x80) return byte(character);
    if (character < 0x800) {
        byte(0xc0U | (character >> 6));
    } else if (character < 0x10000) {
        byte(0xe0U | (character >> 12));
        rest(6);
    } else {
        byte(0xf0U | (character >> 18));
        rest(12);
        rest(6);
    }
    rest(0);
}

}  // namespace cameo
