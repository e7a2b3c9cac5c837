#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

// Fixed-width numbers of untrusted bytes. REQUIRES: the number lies within them.
namespace cameo::image {

inline std::uint32_t be16(ByteView b, std::size_t at) {
    return static_cast<std::uint32_t>(b[at]) << 8 | b[at + 1];
}
inline std::uint32_t be32(ByteView b, std::size_t at) {
    return be16(b, at) << 16 | be16(b, at + 2);
}
inline std::uint32_t le16(ByteView b, std::size_t at) {
    return static_cast<std::uint32_t>(b[at + 1]) << 8 | b[at];
}
inline std::uint32_t le24(ByteView b, std::size_t at) {
    return static_cast<std::uint32_t>(b[at + 2]) << 16 | le16(b, at);
}
inline std::uint32_t le32(ByteView b, std::size_t at) {
    return le16(b, at + 2) << 16 | le16(b, at);
}

// False if the bytes end before the text does.
inline bool has_text(ByteView b, std::size_t at, std::string_view text) {
    return at <= b.size() && b.size() - at >= text.size() &&
           as_text(b.subspan(at, text.size())) == text;
}

}  // namespace cameo::image
