#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace cameo {
namespace {

// Bytes of a UTF-8 sequence by its first; 0 for a byte that begins none.
std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if ((lead & 0xe0) == 0xc0) return 2;
    if ((lead & 0xf0) == 0xe0) return 3;
    return (lead & 0xf8) == 0xf0 ? 4 : 0;
}

// `sequence` has the length that its first byte asks.
bool is_code_point(std::string_view sequence) {
    // The smallest code point of each length: below it a shorter form must have been used.
    static constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
    const auto length = sequence.size();
    std::uint32_t point = static_cast<unsigned char>(sequence.front());
    if (length > 1) point &= 0x7fU >> length;
    for (const char c : sequence.substr(1)) {
        const auto next = static_cast<unsigned char>(c);
        if ((next & 0xc0) != 0x80) return false;
        point = point << 6 | (next & 0x3fU);
    }
    const bool surrogate = point >= 0xd800 && point <= 0xdfff;
    return point >= kSmallest[length] && point <= 0x10ffff && !surrogate;
}

}  // namespace

std::string to_lower(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = to_lower(c);
    return lower;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return to_lower(x) == to_lower(y);
           });
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = sequence_length(static_cast<unsigned char>(text.front()));
        if (length == 0 || length > text.size()) return false;
        if (!is_code_point(text.substr(0, length))) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::vector<std::string_view> split_list(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        if (const auto piece = trim(text.substr(0, end)); !piece.empty()) pieces.push_back(piece);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return pieces;
}

}  // namespace cameo
