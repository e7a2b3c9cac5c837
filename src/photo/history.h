#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/owner.h"
#include "base/result.h"
#include "photo/photo.h"

namespace cameo::photo {

// How many former photos an owner has at most: one more removes the oldest.
inline constexpr std::size_t kMostFormerPhotos = 100;

// Sentences for the client: Fault::denied of a locked photo, Fault::malformed of an upload.
inline constexpr std::string_view kLocked = "This photo is locked by an administrator.";
inline constexpr std::string_view kNoRun = "The header Cameo-Run names no run.";
inline constexpr std::string_view kRunIsUndone = "The run of the header Cameo-Run was undone.";

// A photo that was replaced or removed, and can be restored. Its blob belongs to it alone.
struct FormerPhoto {
    std::string id;  // 32 lower-case hex digits
    OwnerKey owner;
    Photo photo;  // version is 0
    Instant replaced{};
    std::string replaced_by;   // as Origin::by
    std::string replaced_run;  // the run whose upload replaced it; empty for none

    bool operator==(const FormerPhoto&) const = default;
};

// A set of uploads that can be undone together.
struct Run {
    std::string id;  // 32 lower-case hex digits
    std::string tenant;
    std::string name;
    Instant started{};
    std::string started_by;  // as Origin::by
    std::optional<Instant> undone;
    std::size_t photos = 0;  // set by the catalog: how many photos are still this run's

    bool operator==(const Run&) const = default;
};

// A photo that is still its run's, and what an undo makes of it.
struct RunPhoto {
    OwnerKey owner;
    std::string blob_key;               // of the run's photo
    std::optional<FormerPhoto> before;  // from before the run; nullopt if it is not kept
    bool replaced = false;              // whether there was a photo before the run
};

// One step of an undo: what replaces the run's photo in that blob.
struct UndoStep {
    OwnerKey owner;
    std::string blob_key;
    std::string former;  // id of the former photo; empty: none, the photo is removed
};

struct Undone {
    std::size_t restored = 0;
    std::size_t removed = 0;
    std::size_t kept = 0;  // changed since, or the photo from before cannot be restored
};

// What an erasure removed.
struct Erased {
    std::vector<Photo> photos;           // the photo and the former ones
    std::vector<std::string> blob_keys;  // all blobs of the owner; on the list of retired ones
};

// The half of photo::Catalog that holds former photos, locks and runs: docs/storage.md, "Former
// photos". Rules of photo::Catalog: thread-safety, faults, deadlines, durability. All of an owner's
// rows are removed in the transaction that removes the owner.
class History {
  public:
    virtual ~History() = default;

    // Those of one owner, the last replaced first.
    virtual Result<std::vector<FormerPhoto>> former_photos(const OwnerKey& owner,
                                                           Deadline deadline) = 0;
    virtual Result<std::optional<FormerPhoto>> find_former(const OwnerKey& owner,
                                                           const std::string& id,
                                                           Deadline deadline) = 0;
    // Up to `limit` of all owners, with ids after `after`, in the order of ids; empty at the end.
    virtual Result<std::vector<FormerPhoto>> list_former(const std::string& after,
                                                         std::size_t limit, Deadline deadline) = 0;
    // Makes the former photo the owner's photo, as stored by `origin` at `now`; its version.
    // Checks and faults of Catalog::put; Fault::no_photo if there is no such former photo, decided
    // before the condition. The present photo is replaced as `replacement` says.
    virtual Result<std::int64_t> restore(const OwnerKey& owner, const std::string& id,
                                         const Origin& origin, Instant now,
                                         const WriteCondition& condition,
                                         const Replacement& replacement, Deadline deadline) = 0;
    // Retires its blob. False if there is no such former photo. Only the acting owner of the
    // condition is checked.
    virtual Result<bool> remove_former(const OwnerKey& owner, const std::string& id,
                                       const WriteCondition& condition, Instant now,
                                       Deadline deadline) = 0;
    // Removes up to `limit` former photos that were replaced before `before`, the oldest first, and
    // retires their blobs at `now`; how many. One that was replaced after `now`, under a wrong
    // clock, counts as replaced at `now`.
    virtual Result<std::size_t> prune_former(Instant before, Instant now, std::size_t limit,
                                             Deadline deadline) = 0;
    // Removes the photo and the former photos of the owner, and retires their blobs. Succeeds where
    // there is none. Checks and faults of Catalog::put, without those of etags and dates. blob_keys
    // also has the owner's blobs that were retired before.
    virtual Result<Erased> erase(const OwnerKey& owner, const WriteCondition& condition,
                                 Instant now, Deadline deadline) = 0;
    // Overwrites what removed rows left behind in the files of the store. Fault::busy if others
    // use the store all the time.
    virtual Result<void> scrub(Deadline deadline) = 0;

    // Fault::no_owner if the directory does not have the owner.
    virtual Result<void> set_lock(const OwnerKey& owner, bool locked, Deadline deadline) = 0;
    virtual Result<bool> is_locked(const OwnerKey& owner, Deadline deadline) = 0;

    virtual Result<void> add_run(const Run& run, Deadline deadline) = 0;
    virtual Result<std::optional<Run>> find_run(const std::string& tenant, const std::string& id,
                                                Deadline deadline) = 0;
    // Up to `limit` of the tenant, the last started first.
    virtual Result<std::vector<Run>> runs(const std::string& tenant, std::size_t limit,
                                          Deadline deadline) = 0;
    // No photo can be put for the run afterwards. False if there is no such run. A run that is
    // undone keeps the time of the first call.
    virtual Result<bool> mark_undone(const std::string& tenant, const std::string& id, Instant now,
                                     Deadline deadline) = 0;
    // Up to `limit` photos that are still the run's, of owners after `after`, in their order.
    virtual Result<std::vector<RunPhoto>> photos_of_run(const Run& run,
                                                        const std::optional<OwnerKey>& after,
                                                        std::size_t limit, Deadline deadline) = 0;
    // Does all steps in one transaction. A step whose photo is no longer the run's in that blob, or
    // whose former photo is gone, changes nothing and counts as kept. The run's photos are replaced
    // as `replacement` says, whose run is ignored.
    virtual Result<Undone> undo(const Run& run, const std::vector<UndoStep>& steps,
                                const Origin& origin, Instant now, const Replacement& replacement,
                                Deadline deadline) = 0;
    // Of how many owners the photo was the run's and was changed since, as far as it is kept.
    virtual Result<std::size_t> changed_since_run(const Run& run, Deadline deadline) = 0;
    // Removes up to `limit` runs that were started before `before` and that no former photo names;
    // how many.
    virtual Result<std::size_t> prune_runs(Instant before, std::size_t limit,
                                           Deadline deadline) = 0;
};

}  // namespace cameo::photo
