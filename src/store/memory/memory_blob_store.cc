#include "store/memory/memory_blob_store.h"

#include <algorithm>
#include <utility>

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
    auto found = blobs_.find(key);
    if (found == blobs_.end()) {
        found = set_aside_.find(key);
        if (found == set_aside_.end()) return std::nullopt;
    }
    const Bytes& bytes = found->second.bytes;
    if (offset > bytes.size() || length > bytes.size() - offset)
        return fail(Fault::unsatisfiable_range, std::to_string(bytes.size()));
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
    set_aside_.erase(key);
    return {};
}

Result<std::vector<MemoryBlobStore::Listed>> MemoryBlobStore::list(const std::string& after,
                                                                   std::size_t limit,
                                                                   Deadline deadline) {
    return list_in(blobs_, after, limit, deadline);
}

Result<std::vector<MemoryBlobStore::Listed>> MemoryBlobStore::list_set_aside(
    const std::string& after, std::size_t limit, Deadline deadline) {
    return list_in(set_aside_, after, limit, deadline);
}

Result<std::vector<MemoryBlobStore::Listed>> MemoryBlobStore::list_in(const Blobs& blobs,
                                                                      const std::string& after,
                                                                      std::size_t limit,
                                                                      Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    std::vector<Listed> listed;
    for (auto blob = blobs.upper_bound(after); blob != blobs.end() && listed.size() < limit;
         ++blob) {
        const auto age = clock_.now() - blob->second.written;
        listed.push_back({blob->first, std::chrono::floor<std::chrono::seconds>(
                                           std::max(age, std::chrono::milliseconds(0)))});
    }
    return listed;
}

Result<void> MemoryBlobStore::set_aside(const std::string& key, Deadline deadline) {
    return move(key, blobs_, set_aside_, deadline);
}

Result<void> MemoryBlobStore::bring_back(const std::string& key, Deadline deadline) {
    return move(key, set_aside_, blobs_, deadline);
}

Result<void> MemoryBlobStore::move(const std::string& key, Blobs& from, Blobs& to,
                                   Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    auto moved = from.extract(key);
    if (moved.empty()) return {};
    moved.mapped().written = clock_.now();
    to.insert(std::move(moved));
    return {};
}

}  // namespace cameo::store::memory
