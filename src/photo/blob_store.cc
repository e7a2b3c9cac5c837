#include "photo/blob_store.h"

#include <algorithm>
#include <utility>

#include "base/crc32c.h"

namespace cameo::photo {
namespace {

BlobCheck unreadable(Error error) {
    return {.state = BlobState::unreadable, .reason = std::move(error.detail)};
}

void note(BlobCheck& check, const Photo& photo, std::size_t position, ByteView bytes) {
    const Rendition& rendition = photo.renditions[position];
    if (bytes.size() == rendition.length && crc32c(bytes) == rendition.crc32c) {
        check.best = position;  // they ascend
        return;
    }
    check.state = BlobState::damaged;
    check.damaged.push_back(rendition.size);
}

// One read for each rendition: those before the blob's end may be whole.
BlobCheck check_short_blob(BlobStore& blobs, const Photo& photo, Deadline deadline) {
    BlobCheck check;
    for (std::size_t i = 0; i < photo.renditions.size(); ++i) {
        const Rendition& rendition = photo.renditions[i];
        auto bytes = blobs.read(photo.blob_key, rendition.offset, rendition.length, deadline);
        if (!bytes && bytes.error().fault != Fault::unsatisfiable_range)
            return unreadable(std::move(bytes.error()));
        if (bytes && !*bytes) return {.state = BlobState::missing};
        note(check, photo, i, bytes ? ByteView(**bytes) : ByteView());
    }
    return check;
}

}  // namespace

BlobStore::Removal BlobStore::remove_all(std::span<const std::string> keys,
                                         const std::stop_token& stop, Deadline deadline) {
    Removal removal;
    for (const auto& key : keys) {
        if (stop.stop_requested()) break;
        auto done = remove(key, deadline);
        if (!done && removal.failed.empty()) removal.first_failure = std::move(done.error().detail);
        (done ? removal.removed : removal.failed).push_back(key);
    }
    return removal;
}

std::uint64_t blob_length(const Photo& photo) {
    std::uint64_t length = 0;
    for (const auto& rendition : photo.renditions)
        length = std::max(length, std::uint64_t{rendition.offset} + rendition.length);
    return length;
}

BlobCheck check_blob(BlobStore& blobs, const Photo& photo, Deadline deadline) {
    auto whole = blobs.read(photo.blob_key, 0, blob_length(photo), deadline);
    if (!whole && whole.error().fault == Fault::unsatisfiable_range)
        return check_short_blob(blobs, photo, deadline);
    if (!whole) return unreadable(std::move(whole.error()));
    if (!*whole) return {.state = BlobState::missing};
    BlobCheck check;
    for (std::size_t i = 0; i < photo.renditions.size(); ++i) {
        const Rendition& rendition = photo.renditions[i];
        note(check, photo, i, ByteView(**whole).subspan(rendition.offset, rendition.length));
    }
    return check;
}

}  // namespace cameo::photo
