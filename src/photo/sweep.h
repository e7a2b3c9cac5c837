#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "photo/gc_lock.h"

// Deletes blobs that no photo needs any more. Safe while the server writes; may be called again at
// any time; blocks. A blob that cannot be deleted or moved is counted and passed over; an Error
// means that the stores could not be asked. Each function ends early where `stop` is requested,
// which it looks at before every blob, and where somebody holds the gate.
namespace cameo::photo {

// A blob younger than this may belong to a write that has not reached the catalog yet.
inline constexpr std::chrono::hours kYoungBlob{1};

struct Swept {
    std::size_t removed = 0;
    std::size_t set_aside = 0;  // instead of being removed
    std::size_t brought_back = 0;
    std::size_t looked_at = 0;  // by sweep_orphans: blobs there are
    std::size_t failed = 0;     // could be neither removed nor moved
    std::string first_failure;
    bool is_complete = false;  // neither stopped nor kept off by a hold
};

// Blobs of photos that were replaced or removed more than `grace` ago.
Result<Swept> sweep_retired(Catalog& catalog, BlobStore& blobs, GcLock& gate, Instant now,
                            std::chrono::seconds grace, const std::stop_token& stop = {});

// Blobs that no catalog row ever named, because a write ended between its two steps. Lists the
// whole store, and never touches a blob younger than `grace`: its row may be about to come.
//
// Where these are more than 10 and more than 1 % of all blobs, or all, the catalog is probably not
// the one that belongs to the blobs: then they are set aside, not removed.
Result<Swept> sweep_orphans(Catalog& catalog, BlobStore& blobs, GcLock& gate,
                            std::chrono::seconds grace, const std::stop_token& stop = {});

// The blobs that were set aside: brings back those that the catalog names, and removes the others
// `life` after they were set aside.
Result<Swept> sweep_set_aside(Catalog& catalog, BlobStore& blobs, GcLock& gate,
                              std::chrono::seconds life, const std::stop_token& stop = {});

// More than 10 and more than 1 %, or all: too many for an accident of a few.
constexpr bool is_suspiciously_many(std::size_t count, std::size_t all) {
    return count > 0 && (count >= all || (count > 10 && count * 100 > all));
}

}  // namespace cameo::photo
