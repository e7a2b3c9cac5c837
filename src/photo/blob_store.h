#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"

namespace cameo::photo {

// Port: immutable blobs by key (32 lower-case hex digits) and byte range; never paths.
// Implementations: memory, files. They pass the suite in store/contract/blob_store_contract.h.
//
// Thread-safe; calls block, so they belong on the work lane. Fault::busy where the deadline passes,
// Fault::internal where the store fails.
class BlobStore {
  public:
    struct Listed {
        std::string key;
        std::chrono::seconds age{};  // since it was written
    };

    virtual ~BlobStore() = default;

    // Durable when it returns: survives a power cut. A key is written once.
    virtual Result<void> put(const std::string& key, ByteView bytes, Deadline deadline) = 0;

    // Exactly `length` bytes from `offset`; nullopt where there is no such blob. Fault::internal
    // where the blob is shorter than that.
    virtual Result<std::optional<Bytes>> read(const std::string& key, std::uint64_t offset,
                                              std::uint64_t length, Deadline deadline) = 0;

    // How many bytes there are of it, which are fewer than were put where it was cut short; nullopt
    // where there is no such blob.
    virtual Result<std::optional<std::uint64_t>> length(const std::string& key,
                                                        Deadline deadline) = 0;

    // Succeeds where there is no such blob.
    virtual Result<void> remove(const std::string& key, Deadline deadline) = 0;

    // Up to `limit` blobs with keys after `after`, ascending; empty at the end. For the sweep.
    virtual Result<std::vector<Listed>> list(const std::string& after, std::size_t limit,
                                             Deadline deadline) = 0;
};

}  // namespace cameo::photo
