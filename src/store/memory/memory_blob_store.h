#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "photo/blob_store.h"

namespace cameo::store::memory {

// Blobs in memory: for tests. Its data ends with it. Thread-safe.
class MemoryBlobStore final : public photo::BlobStore {
  public:
    MemoryBlobStore();
    // `clock`, borrowed, determines the age of a blob, so that a test of the sweep need not wait.
    explicit MemoryBlobStore(const Clock& clock) : clock_(clock) {}

    Result<void> put(const std::string& key, ByteView bytes, Deadline deadline) override;
    Result<std::optional<Bytes>> read(const std::string& key, std::uint64_t offset,
                                      std::uint64_t length, Deadline deadline) override;
    Result<std::optional<std::uint64_t>> length(const std::string& key, Deadline deadline) override;
    Result<void> remove(const std::string& key, Deadline deadline) override;
    Result<std::vector<Listed>> list(const std::string& after, std::size_t limit,
                                     Deadline deadline) override;
    Result<void> set_aside(const std::string& key, Deadline deadline) override;
    Result<void> bring_back(const std::string& key, Deadline deadline) override;
    Result<std::vector<Listed>> list_set_aside(const std::string& after, std::size_t limit,
                                               Deadline deadline) override;

  private:
    struct Blob {
        Bytes bytes;
        Instant written;  // or moved between the two maps
    };
    using Blobs = std::map<std::string, Blob>;

    Result<std::vector<Listed>> list_in(const Blobs& blobs, const std::string& after,
                                        std::size_t limit, Deadline deadline);
    Result<void> move(const std::string& key, Blobs& from, Blobs& to, Deadline deadline);

    const Clock& clock_;
    std::mutex mutex_;
    Blobs blobs_;
    Blobs set_aside_;
};

}  // namespace cameo::store::memory
