#include "photo/photo.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cstdint>

namespace cameo::photo {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kHeadBytes = 2;
constexpr std::size_t kItemBytes = 16;

void append(Bytes& out, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// Takes a little-endian number off the front; the caller has checked the length.
std::uint32_t take(ByteView& in, std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value |= static_cast<std::uint32_t>(in[i]) << (8 * i);
    in = in.subspan(bytes);
    return value;
}

}  // namespace

const Rendition* Photo::find(Size size) const {
    const auto found = std::ranges::find(renditions, size, &Rendition::size);
    return found == renditions.end() ? nullptr : &*found;
}

bool WriteCondition::holds(const std::optional<Version>& current) const {
    if (must_exist && !current) return false;
    if (must_not_exist && current) return false;
    if (any_of && (!current || std::ranges::find(*any_of, current->etag) == any_of->end()))
        return false;
    if (current && std::ranges::find(none_of, current->etag) != none_of.end()) return false;
    if (current && unmodified_since &&
        std::chrono::floor<std::chrono::seconds>(current->modified) > *unmodified_since)
        return false;
    if (blob_key && (!current || *blob_key != current->blob_key)) return false;
    return true;
}

UploadHash upload_hash(ByteView upload) {
    UploadHash hash{};
    static_assert(hash.size() == SHA256_DIGEST_LENGTH);
    SHA256(upload.data(), upload.size(), hash.data());
    return hash;
}

Bytes pack(const std::vector<Rendition>& renditions) {
    Bytes packed{kFormat, static_cast<std::uint8_t>(renditions.size())};
    packed.reserve(kHeadBytes + kItemBytes * renditions.size());
    for (const Rendition& item : renditions) {
        append(packed, static_cast<std::uint32_t>(item.size.width), 2);
        append(packed, static_cast<std::uint32_t>(item.size.height), 2);
        append(packed, item.offset, 4);
        append(packed, item.length, 4);
        append(packed, item.crc32c, 4);
    }
    return packed;
}

Result<std::vector<Rendition>> unpack(ByteView packed) {
    if (packed.size() < kHeadBytes || packed[0] != kFormat || packed[1] == 0 ||
        packed.size() != kHeadBytes + kItemBytes * packed[1])
        return fail(Fault::internal, "a photo's packed renditions are not format 1");
    std::vector<Rendition> renditions(packed[1]);
    packed = packed.subspan(kHeadBytes);
    for (Rendition& item : renditions) {
        item.size.width = static_cast<int>(take(packed, 2));
        item.size.height = static_cast<int>(take(packed, 2));
        item.offset = take(packed, 4);
        item.length = take(packed, 4);
        item.crc32c = take(packed, 4);
    }
    return renditions;
}

}  // namespace cameo::photo
