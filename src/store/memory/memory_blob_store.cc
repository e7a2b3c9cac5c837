#include "store/memory/memory_blob_store.h"

#include <algorithm>

namespace cameo::store::memory {
namespace {

const SystemClock kSystemClock;

std::unexpected<Error> late() {
    return fail(Fault::busy, "The blob store did not answer in time.");
}

}  // namespace

MemoryBlobStore::MemoryBlobStore() : clock_(kSystemClock) {}

Result<void> MemoryBlobStore::put(const std::string& key, ByteView bytes, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    blobs_[key] = {Bytes(bytes.begin(), bytes.end()), clock_.now()};
    return {};
}

Result<std::optional<Bytes>> MemoryBlobStore::read(const std::string& key, std::uint64_t offset,
                                                   std::uint64_t length, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    const auto found = blobs_.find(key);
    if (found == blobs_.end()) return std::nullopt;
    const Bytes& bytes = found->second.bytes;
    if (offset > bytes.size() || length > bytes.size() - offset)
        return fail(Fault::internal, "blob " + key + " is shorter than its catalog row says");
    const auto view = ByteView(bytes).subspan(offset, length);
    return Bytes(view.begin(), view.end());
}

Result<std::optional<std::uint64_t>> MemoryBlobStore::length(const std::string& key,
                                                             Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    const auto found = blobs_.find(key);
    if (found == blobs_.end()) return std::nullopt;
    return found->second.bytes.size();
}

Result<void> MemoryBlobStore::remove(const std::string& key, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    blobs_.erase(key);
    return {};
}

Result<std::vector<MemoryBlobStore::Listed>> MemoryBlobStore::list(const std::string& after,
                                                                   std::size_t limit,
                                                                   Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    std::vector<Listed> listed;
    for (auto blob = blobs_.upper_bound(after); blob != blobs_.end() && listed.size() < limit;
         ++blob) {
        const auto age = clock_.now() - blob->second.written;
        listed.push_back({blob->first, std::chrono::floor<std::chrono::seconds>(
                                           std::max(age, std::chrono::milliseconds(0)))});
    }
    return listed;
}

}  // namespace cameo::store::memory
