#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "image/byte_reader.h"

// The boxes of HEIF and AVIF files (ISO/IEC 14496-12, 4.2), of untrusted bytes.
namespace cameo::image {

struct Box {
    std::string_view type;
    ByteView body;
    ByteView whole;  // with its header
};

// The version and the flags that precede the body of a full box.
inline constexpr std::size_t kFullBoxBytes = 4;

// Takes the first box off `rest`; nullopt at the end, and where the box exceeds `rest`. A size of 1
// stands for one of 64 bits behind the type, a size of 0 for all of `rest`.
inline std::optional<Box> take_box(ByteView& rest) {
    if (rest.size() < 8) return std::nullopt;
    std::uint64_t length = be32(rest, 0);
    std::size_t head = 8;
    if (length == 1 && rest.size() >= 16) {
        length = std::uint64_t{be32(rest, 8)} << 32 | be32(rest, 12);
        head = 16;
    }
    if (length == 0) length = rest.size();
    if (length < head || length > rest.size()) return std::nullopt;
    const auto size = static_cast<std::size_t>(length);
    const Box box{as_text(rest.subspan(4, 4)), rest.subspan(head, size - head), rest.first(size)};
    rest = rest.subspan(size);
    return box;
}

}  // namespace cameo::image
