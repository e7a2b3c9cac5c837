#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "photo/photo.h"

// The renditions of a photo in one column of its catalog row. Format 1, little-endian: byte 0 is 1,
// byte 1 the count, then per rendition 16 bytes: width u16, height u16, offset u32, length u32,
// CRC-32C u32. docs/storage.md has the same in prose. Every catalog that has columns uses these
// two.
namespace cameo::photo {

Bytes pack(const std::vector<Rendition>& renditions);

// Fault::internal where the bytes are not format 1 or name no rendition.
Result<std::vector<Rendition>> unpack(ByteView packed);

}  // namespace cameo::photo
