#pragma once

#include <string>

#include "base/ids.h"
#include "photo/photo.h"

namespace cameo::store::contract {

inline Instant at(std::int64_t milliseconds) {
    return Instant(std::chrono::milliseconds(milliseconds));
}

// A photo with every member set, different from all others.
inline photo::Photo sample_photo(Instant modified = at(1'700'000'000'123)) {
    photo::Photo photo{
        .etag = random_hex128_upper(),
        .blob_key = random_hex128_lower(),
        .storage = PhotoStorage::directory,
        .modified = modified,
        .origin = {.source = "api", .by = "ann@contoso.com", .run = ""},
        .renditions = {
            {.size = {48, 48}, .length = 900, .crc32c = 0xffffffff},
            {.size = {4096, 2730}, .offset = 900, .length = 4'000'000'000, .crc32c = 0x80000001}}};
    for (std::size_t i = 0; i < photo.upload_hash.size(); ++i)
        photo.upload_hash[i] = static_cast<std::uint8_t>(255 - i * 8);
    return photo;
}

}  // namespace cameo::store::contract
