#pragma once

#include <chrono>
#include <cstddef>

#include "base/clock.h"
#include "base/result.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "photo/sweep_gate.h"

// Deletes blobs that no photo needs any more. Safe while the server writes; may be called again at
// any time; blocks. Both give the number of blobs deleted, and end early where somebody holds the
// gate.
namespace cameo::photo {

// A blob younger than this may belong to a write that has not reached the catalog yet.
inline constexpr std::chrono::hours kYoungBlob{1};

// Blobs of photos that were replaced or removed more than `grace` ago.
Result<std::size_t> sweep_retired(Catalog& catalog, BlobStore& blobs, SweepGate& gate, Instant now,
                                  std::chrono::seconds grace);

// Blobs that no catalog row ever named, because a write ended between its two steps. Lists the
// whole store, and never touches a blob younger than `grace`: its row may be about to come.
Result<std::size_t> sweep_orphans(Catalog& catalog, BlobStore& blobs, SweepGate& gate,
                                  std::chrono::seconds grace);

}  // namespace cameo::photo
