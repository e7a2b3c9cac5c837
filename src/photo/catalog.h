#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/owner.h"
#include "base/result.h"
#include "photo/history.h"
#include "photo/photo.h"

namespace cameo::photo {

// How long a change is kept.
inline constexpr std::chrono::days kChangesKept{30};

// One change of an owner, of a group's members or owners, or of a photo.
struct Change {
    // As stored: docs/storage.md, "Changes".
    enum class What : std::uint8_t {
        owner_added = 1,
        owner_changed = 2,
        owner_removed = 3,
        members_changed = 4,  // of the group
        owners_changed = 5,   // of the group
        photo_put = 6,
        photo_removed = 7,
    };

    std::int64_t seq = 0;  // from 1, ascending in the order of the transactions
    OwnerKey owner;
    What what = What::owner_added;
    Instant at{};

    bool operator==(const Change&) const = default;
};

// Port: which owner has which photo, and where its renditions lie; what changed; leases. One half
// of store::Store (store/store.h), whose other half is directory::Store. Implementations: memory,
// SQLite. They pass the suite in store/contract.
//
// Thread-safe; calls block, so they belong on a worker. Fault::busy if the deadline passes,
// Fault::internal if the store fails; both say that nothing was changed. Fault::outcome_unknown
// where a write may have been kept or not. A write that returned is durable, and every later read
// gives what it wrote.
//
// A replaced or removed photo becomes a former photo, or its blob is kept as retired, in the same
// transaction; a retired blob is kept until the sweep has deleted it and calls forget_retired. Each
// blob is named by one photo, by one former photo or by the list of retired blobs. Every write of a
// photo adds a Change in its transaction.
class Catalog : public History {
  public:
    struct Owned {
        OwnerKey owner;
        Photo photo;
    };

    virtual Result<std::optional<Photo>> find(const OwnerKey& owner, Deadline deadline) = 0;

    // Makes `photo` the owner's photo and gives its version; photo.version is ignored. All in one
    // transaction, in this order: Fault::denied as ActingOwner says; Fault::no_owner if the
    // directory does not have the owner under exactly that id; Fault::denied if it is locked;
    // Fault::malformed if the tenant has no such run or it was undone; Fault::precondition_failed
    // if `condition` does not hold for what is there. Nothing changes then.
    virtual Result<std::int64_t> put(const OwnerKey& owner, const Photo& photo,
                                     const WriteCondition& condition, Deadline deadline,
                                     const Replacement& replacement = {}) = 0;

    // False if there is no photo: decided before the condition, after acting owner and lock.
    virtual Result<bool> remove(const OwnerKey& owner, const WriteCondition& condition, Instant now,
                                Deadline deadline, const Replacement& replacement = {}) = 0;

    // Every blob retired after `latest` counts as retired at `latest`.
    virtual Result<void> limit_retired(Instant latest, Deadline deadline) = 0;
    // Keys of at most `limit` blobs retired before `before`, oldest first.
    virtual Result<std::vector<std::string>> retired(Instant before, std::size_t limit,
                                                     Deadline deadline) = 0;
    virtual Result<void> forget_retired(const std::vector<std::string>& blob_keys,
                                        Deadline deadline) = 0;

    // Up to `limit` photos of the owners after `after` (nullopt: from the first), in the order of
    // OwnerKey; empty at the end.
    virtual Result<std::vector<Owned>> list(const std::optional<OwnerKey>& after, std::size_t limit,
                                            Deadline deadline) = 0;

    // Those of `blob_keys` that no photo, no former photo and not the list of retired blobs names.
    virtual Result<std::vector<std::string>> unknown_blobs(
        const std::vector<std::string>& blob_keys, Deadline deadline) = 0;

    // Up to `limit` changes with a higher seq than `after`, ascending; 0 is before the first
    // change. nullopt where they are not known: some of them were pruned, or `after` is a seq that
    // was never used, as after an older copy of the catalog was put back. The reader then has to
    // read everything again.
    virtual Result<std::optional<std::vector<Change>>> changes(std::int64_t after,
                                                               std::size_t limit,
                                                               Deadline deadline) = 0;
    // The seq of the last change; 0 before the first.
    virtual Result<std::int64_t> last_change(Deadline deadline) = 0;
    // Removes up to `limit` changes, oldest first and up to the first that was made in the
    // kChangesKept before `now`; how many. Removes none while the newest lies after `now`: then the
    // clock is wrong.
    virtual Result<std::size_t> prune_changes(Instant now, std::size_t limit,
                                              Deadline deadline) = 0;

    // Leases: while one lasts, no blob is deleted, also after a restart of the process that deletes
    // blobs (photo/sweep.h). Adds the lease, or moves its end.
    virtual Result<void> add_lease(const std::string& id, Instant ends, Deadline deadline) = 0;
    // Moves its end; false if there is no such lease: it has ended and was removed.
    virtual Result<bool> renew_lease(const std::string& id, Instant ends, Deadline deadline) = 0;
    // Succeeds where there is no such lease.
    virtual Result<void> remove_lease(const std::string& id, Deadline deadline) = 0;
    // Every lease with a later end, and every lease of an earlier schema without an end, ends at
    // `latest`.
    virtual Result<void> limit_leases(Instant latest, Deadline deadline) = 0;
    // Removes the leases that have ended by `now`, and gives how many remain.
    virtual Result<std::size_t> remove_ended_leases(Instant now, Deadline deadline) = 0;
};

}  // namespace cameo::photo
