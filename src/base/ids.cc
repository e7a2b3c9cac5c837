#include "base/ids.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "base/hex.h"

namespace cameo {
namespace {

using Bits128 = std::array<std::uint8_t, 16>;

Bits128 random_bits() {
    Bits128 bits;
    arc4random_buf(bits.data(), bits.size());
    return bits;
}

void write_guid(Bits128 bits, char* out) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    bits[6] = static_cast<std::uint8_t>((bits[6] & 0x0f) | 0x40);  // version 4
    bits[8] = static_cast<std::uint8_t>((bits[8] & 0x3f) | 0x80);  // variant 10
    for (std::size_t i = 0; i < bits.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
        *out++ = kDigits[bits[i] >> 4];
        *out++ = kDigits[bits[i] & 15];
    }
}

// splitmix64 (Steele, Lea, Flood 2014), seeded per thread.
std::uint64_t next_fast() {
    thread_local std::uint64_t state = [] {
        std::uint64_t seed = 0;
        arc4random_buf(&seed, sizeof seed);
        return seed;
    }();
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31);
}

}  // namespace

std::string random_hex128_lower() { return to_hex(random_bits(), HexCase::lower); }
std::string random_hex128_upper() { return to_hex(random_bits(), HexCase::upper); }

std::string new_guid() {
    std::string text(36, '\0');
    write_guid(random_bits(), text.data());
    return text;
}

void write_request_id(char* out) {
    const std::array<std::uint64_t, 2> words{next_fast(), next_fast()};
    Bits128 bits;
    std::memcpy(bits.data(), words.data(), bits.size());
    write_guid(bits, out);
}

bool is_guid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

}  // namespace cameo
