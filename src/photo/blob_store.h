#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "photo/photo.h"

namespace cameo::photo {

// Port: immutable blobs by key (32 lower-case hex digits) and byte range; never paths.
// Implementations: memory, files. They pass the suite in store/contract/blob_store_contract.h.
//
// Thread-safe; calls block, so they belong on a worker. Fault::busy if the deadline passes,
// before the call or during it. Fault::internal if the store fails: the state of its blobs is then
// unknown, and must not be taken for missing or damaged.
//
// A blob that no catalog row names can be set aside: it is listed separately and can still be read,
// so a wrong catalog causes no loss.
class BlobStore {
  public:
    struct Listed {
        std::string key;
        std::chrono::seconds age{};  // since it was written, or set aside
    };

    // The result of remove_all.
    struct Removal {
        std::vector<std::string> removed;
        std::vector<std::string> failed;
        std::string first_failure;  // a sentence
    };

    virtual ~BlobStore() = default;

    // Durable when it returns: survives a power cut. A key is written once.
    virtual Result<void> put(const std::string& key, ByteView bytes, Deadline deadline) = 0;

    // Exactly `length` bytes from `offset`, also of a blob that is set aside; nullopt if there
    // is no such blob. Fault::unsatisfiable_range if the blob is shorter than that; the detail
    // is its length in digits.
    virtual Result<std::optional<Bytes>> read(const std::string& key, std::uint64_t offset,
                                              std::uint64_t length, Deadline deadline) = 0;

    // The current length of the blob: fewer bytes than were put if it is truncated. nullopt if
    // there is no such blob.
    virtual Result<std::optional<std::uint64_t>> length(const std::string& key,
                                                        Deadline deadline) = 0;

    // Also removes a blob that is set aside. Succeeds if there is no such blob.
    virtual Result<void> remove(const std::string& key, Deadline deadline) = 0;

    // As remove, of many blobs. Ends early if `stop` is requested; keys that were not tried
    // are then in neither list. The default removes one after the other.
    virtual Removal remove_all(std::span<const std::string> keys, const std::stop_token& stop,
                               Deadline deadline);

    // Up to `limit` blobs with keys after `after`, ascending; empty at the end. Not those set
    // aside.
    virtual Result<std::vector<Listed>> list(const std::string& after, std::size_t limit,
                                             Deadline deadline) = 0;

    // Succeeds if there is no such blob. Durable when it returns, as are bring_back and put.
    virtual Result<void> set_aside(const std::string& key, Deadline deadline) = 0;
    // The opposite of set_aside; succeeds if no such blob is set aside.
    virtual Result<void> bring_back(const std::string& key, Deadline deadline) = 0;
    // As list, of the blobs that are set aside.
    virtual Result<std::vector<Listed>> list_set_aside(const std::string& after, std::size_t limit,
                                                       Deadline deadline) = 0;
};

// The state of a blob, compared with its catalog row. `unreadable` says nothing about the bytes:
// they may be intact.
enum class BlobState { whole, damaged, missing, unreadable };

struct BlobCheck {
    BlobState state = BlobState::whole;
    std::string reason;               // if unreadable: a sentence
    std::vector<Size> damaged;        // the CRC differs, or the blob is too short
    std::optional<std::size_t> best;  // position of the largest intact rendition
};

// The total length of the photo's renditions in its blob.
std::uint64_t blob_length(const Photo& photo);

// Reads the whole blob, in one read if it is long enough, and compares every CRC. Memory: one
// blob. Thread-safe; blocks.
BlobCheck check_blob(BlobStore& blobs, const Photo& photo, Deadline deadline);

}  // namespace cameo::photo
