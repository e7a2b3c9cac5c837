#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "photo/blob_store.h"
#include "photo/photo.h"

namespace cameo::photo {

// What a blob is beside its catalog row. Only `whole`, `damaged` and `missing` are known of the
// bytes; of an unreadable blob nothing is, and it may be intact.
enum class BlobState { whole, damaged, missing, unreadable };

struct BlobCheck {
    BlobState state = BlobState::whole;
    std::string reason;               // where unreadable: a sentence
    std::vector<Size> damaged;        // whose CRC differs, or which the blob is too short for
    std::optional<std::size_t> best;  // position of the largest rendition that is not
};

// The bytes that the photo's renditions take up in its blob.
std::uint64_t blob_length(const Photo& photo);

// Reads the whole blob, in one read where it is long enough, and compares every CRC. Memory: one
// blob. Thread-safe; blocks.
BlobCheck check_blob(BlobStore& blobs, const Photo& photo, Deadline deadline);

}  // namespace cameo::photo
