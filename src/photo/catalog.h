#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/owner.h"
#include "base/result.h"
#include "photo/photo.h"

namespace cameo::photo {

// Port: which owner has which photo, and where its renditions lie. Implementations: memory, SQLite.
// They pass the suite in store/contract/catalog_contract.h.
//
// Thread-safe; calls block, so they belong on the work lane. Fault::busy where the deadline passes,
// Fault::internal where the store fails. A write that returned is durable and seen by every later
// read.
//
// A replaced or removed photo's blob is remembered as retired, in the same transaction, until the
// sweep has deleted it and calls forget_retired.
class Catalog {
  public:
    struct Owned {
        OwnerKey owner;
        Photo photo;
    };

    virtual ~Catalog() = default;

    virtual Result<std::optional<Photo>> find(const OwnerKey& owner, Deadline deadline) = 0;

    // Makes `photo` the owner's photo if `condition` holds for what is there (judged in the same
    // transaction), else Fault::precondition_failed and nothing changes. Fault::denied as
    // ActingOwner says.
    virtual Result<void> put(const OwnerKey& owner, const Photo& photo,
                             const WriteCondition& condition, Deadline deadline) = 0;

    // False where there was no photo (judged before the condition, after its acting owner).
    virtual Result<bool> remove(const OwnerKey& owner, const WriteCondition& condition, Instant now,
                                Deadline deadline) = 0;

    // Keys of at most `limit` blobs retired before `before`, oldest first.
    virtual Result<std::vector<std::string>> retired(Instant before, std::size_t limit,
                                                     Deadline deadline) = 0;
    virtual Result<void> forget_retired(const std::vector<std::string>& blob_keys,
                                        Deadline deadline) = 0;

    // Up to `limit` photos of the owners after `after` (nullopt: from the first), in the order of
    // OwnerKey; empty at the end. For what looks at every photo.
    virtual Result<std::vector<Owned>> list(const std::optional<OwnerKey>& after, std::size_t limit,
                                            Deadline deadline) = 0;

    // Those of `blob_keys` that neither a photo nor the list of retired blobs names.
    virtual Result<std::vector<std::string>> unknown_blobs(
        const std::vector<std::string>& blob_keys, Deadline deadline) = 0;

    // Leases: each says that its holder needs every blob to stay until the lease ends, also across
    // a restart of the process that deletes blobs (photo/sweep.h). Adds the lease, or moves its
    // end.
    virtual Result<void> add_lease(const std::string& id, Instant ends, Deadline deadline) = 0;
    // Moves its end; false where there is no such lease: it has ended and was removed.
    virtual Result<bool> renew_lease(const std::string& id, Instant ends, Deadline deadline) = 0;

    // As the two above, for a lease that has no end until end_leases gives it one.
    virtual Result<void> add_lease(const std::string& id, Deadline deadline) = 0;
    // Takes its end away; false where there is no such lease.
    virtual Result<bool> renew_lease(const std::string& id, Deadline deadline) = 0;
    // Succeeds where there is no such lease.
    virtual Result<void> remove_lease(const std::string& id, Deadline deadline) = 0;
    // Every lease without an end, or with a later one, ends then.
    virtual Result<void> end_leases(Instant end, Deadline deadline) = 0;
    // Removes the leases that have ended by `now`; how many remain that have an end.
    virtual Result<std::size_t> ending_leases(Instant now, Deadline deadline) = 0;
};

}  // namespace cameo::photo
