#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace cameo {

// CRC-32C (Castagnoli), RFC 3720 appendix B.4. By the processor's own instruction where it has one.
std::uint32_t crc32c(ByteView bytes);

}  // namespace cameo
