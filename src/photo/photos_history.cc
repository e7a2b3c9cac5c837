#include <fmt/format.h>

#include <optional>
#include <stop_token>
#include <string_view>
#include <utility>

#include "base/crc32c.h"
#include "base/ids.h"
#include "photo/blob_store.h"
#include "photo/photos.h"

// Former photos, locks and runs.
namespace cameo::photo {
namespace {

constexpr std::string_view kRestored = "restored";
constexpr std::string_view kLeased =
    "A backup or a check of the photos is running, so nothing was deleted. Try again when it has "
    "ended.";
constexpr std::string_view kUndoGoesOn =
    "A part of the run was undone. Send the request again: it goes on.";

}  // namespace

// A photo whose bytes are lost cannot be restored; one that cannot be read may be whole. A repair
// replaces a photo that is not whole. No path names a contact's former photos.
bool Photos::keeps_former(const OwnerKey& owner, const std::shared_ptr<const Photo>& current,
                          const WriteCondition& condition, Deadline deadline) {
    if (former_photo_days_.count() == 0 || owner.kind == OwnerKind::contact || condition.blob_key ||
        !current)
        return false;
    const auto state = check_blob(blobs_, *current, deadline).state;
    return state == BlobState::whole || state == BlobState::unreadable;
}

Result<void> Photos::check_lock_and_run(const OwnerKey& owner, const WriteCondition& condition,
                                        const std::string& run, Deadline deadline) {
    if (condition.unless_locked) {
        const auto locked = catalog_.is_locked(owner, deadline);
        if (!locked) return std::unexpected(locked.error());
        if (*locked) return fail(Fault::denied, std::string(kLocked));
    }
    if (run.empty()) return {};
    const auto found = catalog_.find_run(owner.tenant, run, deadline);
    if (!found) return std::unexpected(found.error());
    if (!*found) return fail(Fault::malformed, std::string(kNoRun));
    if ((*found)->undone) return fail(Fault::malformed, std::string(kRunIsUndone));
    return {};
}

Result<std::vector<FormerPhoto>> Photos::former_photos(const OwnerKey& owner, Deadline deadline) {
    return catalog_.former_photos(owner, deadline);
}

Result<FormerPhoto> Photos::find_former(const OwnerKey& owner, const std::string& id,
                                        Deadline deadline) {
    auto found = catalog_.find_former(owner, id, deadline);
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) return fail(Fault::no_photo, "There is no such former photo.");
    return **std::move(found);
}

Result<Photos::FormerContent> Photos::read_former(const OwnerKey& owner, const std::string& id,
                                                  const Chooser& choose, Deadline deadline) {
    const auto former = find_former(owner, id, deadline);
    if (!former) return std::unexpected(former.error());
    const auto& photo = former->photo;
    const Rendition* chosen = choose(photo);
    if (chosen == nullptr) return fail(Fault::no_photo, "");
    auto bytes = blobs_.read(photo.blob_key, chosen->offset, chosen->length, deadline);
    if (!bytes && bytes.error().fault == Fault::busy)
        return std::unexpected(std::move(bytes.error()));
    if (!bytes || !*bytes || crc32c(**bytes) != chosen->crc32c)
        return fail(Fault::internal, fmt::format("blob {} of former photo {} is missing or damaged",
                                                 photo.blob_key, id));
    return FormerContent{photo.content_type, **std::move(bytes)};
}

Result<void> Photos::restore(const OwnerKey& owner, const std::string& id, const std::string& by,
                             const WriteCondition& condition, Deadline deadline) {
    if (auto fine = check_lock_and_run(owner, condition, "", deadline); !fine) return fine;
    const auto former = find_former(owner, id, deadline);
    if (!former) return std::unexpected(former.error());
    const auto check = check_blob(blobs_, former->photo, deadline);
    if (check.state != BlobState::whole && has_passed(deadline))
        return fail(Fault::busy, "The blob store did not answer in time.");
    if (check.state != BlobState::whole)
        return fail(Fault::internal, fmt::format("blob {} of former photo {} is not whole",
                                                 former->photo.blob_key, id));
    const auto current = load_photo(owner, deadline);
    if (!current) return std::unexpected(current.error());
    const Replacement replacement{
        .keeps_former = keeps_former(owner, *current, condition, deadline), .by = by};
    const auto version = catalog_.restore(owner, id, {.source = std::string(kRestored), .by = by},
                                          clock_.now(), condition, replacement, deadline);
    forget(owner);
    if (!version) return std::unexpected(version.error());
    return {};
}

Result<void> Photos::remove_former(const OwnerKey& owner, const std::string& id,
                                   const WriteCondition& condition, Deadline deadline) {
    const auto removed = catalog_.remove_former(owner, id, condition, clock_.now(), deadline);
    if (!removed) return std::unexpected(removed.error());
    if (!*removed) return fail(Fault::no_photo, "There is no such former photo.");
    return {};
}

Result<void> Photos::erase(const OwnerKey& owner, const WriteCondition& condition,
                           Deadline deadline) {
    Result<void> done;
    const auto ran = gc_lock_.run_first([&] { done = erase_now(owner, condition, deadline); });
    if (!ran) return std::unexpected(ran.error());
    if (!*ran) return fail(Fault::busy, std::string(kLeased));
    return done;
}

// The rows first: a blob that a crash leaves is retired, and the sweep removes it.
Result<void> Photos::erase_now(const OwnerKey& owner, const WriteCondition& condition,
                               Deadline deadline) {
    const auto erased = catalog_.erase(owner, condition, clock_.now(), deadline);
    forget(owner);
    if (!erased) return std::unexpected(erased.error());
    for (const auto& photo : erased->photos)
        for (const auto& rendition : photo.renditions)
            renditions_.erase(cache_key(photo, rendition));
    const auto removal = blobs_.remove_all(erased->blob_keys, {}, deadline);
    auto forgotten = catalog_.forget_retired(removal.removed, deadline);
    if (removal.removed.size() == erased->blob_keys.size()) return forgotten;
    // The rows are gone, and a repeated call deletes the rest.
    if (has_passed(deadline))
        return fail(
            Fault::busy,
            "A part is deleted; the time was not enough for the rest. Send the request again.");
    return fail(Fault::internal, fmt::format("{} blobs of an erased photo could not be deleted: {}",
                                             erased->blob_keys.size() - removal.removed.size(),
                                             removal.first_failure));
}

Result<void> Photos::set_lock(const OwnerKey& owner, bool locked, Deadline deadline) {
    return catalog_.set_lock(owner, locked, deadline);
}

Result<bool> Photos::is_locked(const OwnerKey& owner, Deadline deadline) {
    return catalog_.is_locked(owner, deadline);
}

Result<Run> Photos::start_run(const std::string& tenant, const std::string& name,
                              const std::string& by, Deadline deadline) {
    Run run{.id = random_hex128_lower(),
            .tenant = tenant,
            .name = name,
            .started = clock_.now(),
            .started_by = by};
    if (auto added = catalog_.add_run(run, deadline); !added)
        return std::unexpected(std::move(added.error()));
    return run;
}

Result<std::optional<Run>> Photos::find_run(const std::string& tenant, const std::string& id,
                                            Deadline deadline) {
    return catalog_.find_run(tenant, id, deadline);
}

Result<std::vector<Run>> Photos::runs(const std::string& tenant, std::size_t limit,
                                      Deadline deadline) {
    return catalog_.runs(tenant, limit, deadline);
}

// The id of the former photo if its blob is whole; else empty.
std::string Photos::whole_former(const RunPhoto& photo, Deadline deadline) {
    if (!photo.before) return {};
    const auto check = check_blob(blobs_, photo.before->photo, deadline);
    return check.state == BlobState::whole ? photo.before->id : std::string();
}

Result<Undone> Photos::undo_batch(const Run& run, const std::vector<RunPhoto>& photos,
                                  const std::string& by, Deadline deadline) {
    std::vector<UndoStep> steps;
    for (const auto& photo : photos) {
        auto former = whole_former(photo, deadline);
        if (former.empty() && photo.replaced) continue;
        steps.push_back({photo.owner, photo.blob_key, std::move(former)});
    }
    if (has_passed(deadline)) return fail(Fault::busy, std::string(kUndoGoesOn));
    auto undone =
        catalog_.undo(run, steps, {.source = std::string(kRestored), .by = by}, clock_.now(),
                      {.keeps_former = former_photo_days_.count() > 0, .by = by}, deadline);
    for (const auto& step : steps) forget(step.owner);
    if (undone) undone->kept += photos.size() - steps.size();
    return undone;
}

Result<Undone> Photos::undo_run(const Run& run, const std::string& by, Deadline deadline) {
    // First: no upload joins the run from now on.
    if (auto marked = catalog_.mark_undone(run.tenant, run.id, clock_.now(), deadline); !marked)
        return std::unexpected(marked.error());
    const auto changed = catalog_.changed_since_run(run, deadline);
    if (!changed) return std::unexpected(changed.error());
    Undone all{.kept = *changed};
    std::optional<OwnerKey> after;
    while (true) {
        if (has_passed(deadline)) return fail(Fault::busy, std::string(kUndoGoesOn));
        const auto photos = catalog_.photos_of_run(run, after, kUndoBatch, deadline);
        if (!photos) return std::unexpected(photos.error());
        if (photos->empty()) return all;
        const auto undone = undo_batch(run, *photos, by, deadline);
        if (!undone) return std::unexpected(undone.error());
        all.restored += undone->restored;
        all.removed += undone->removed;
        all.kept += undone->kept;
        after = photos->back().owner;
    }
}

}  // namespace cameo::photo
