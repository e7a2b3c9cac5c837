#include "transfer/fsck.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/clock.h"
#include "base/crc32c.h"
#include "matching/owner_index.h"
#include "photo/blob_store.h"
#include "photo/sweep.h"

namespace cameo::transfer {
namespace {

using photo::BlobCheck;
using photo::BlobState;
using photo::Photo;
using photo::Rendition;
using Owned = photo::Catalog::Owned;

constexpr std::chrono::seconds kStoreTime{60};
constexpr std::size_t kPage = 500;

using Repair = std::function<Result<std::string>(PhotoService&)>;

std::unexpected<Error> unreadable_now(const BlobCheck& check) {
    return fail(Fault::internal, "the blob cannot be read: " + check.reason);
}

Result<Photo> find_unchanged(const FsckPorts& ports, const OwnerKey& owner,
                             const std::string& blob_key) {
    auto photo = ports.catalog.find(owner, deadline_in(kStoreTime));
    if (!photo) return std::unexpected(std::move(photo.error()));
    if (!*photo || (*photo)->blob_key != blob_key)
        return fail(Fault::precondition_failed, "the photo was replaced or removed meanwhile");
    return **std::move(photo);
}

Result<std::string> remove_photo(PhotoService& service, const OwnerKey& owner, const Photo& photo) {
    if (auto removed = service.remove(owner, photo.blob_key); !removed)
        return std::unexpected(std::move(removed.error()));
    return "removed the photo";
}

Result<std::string> rebuild_photo(const FsckPorts& ports, PhotoService& service,
                                  const OwnerKey& owner, const Photo& photo,
                                  const Rendition& best) {
    const auto bytes =
        ports.blobs.read(photo.blob_key, best.offset, best.length, deadline_in(kStoreTime));
    if (!bytes) return std::unexpected(bytes.error());
    if (!*bytes || crc32c(**bytes) != best.crc32c)
        return fail(Fault::internal, "the blob has changed since it was checked");
    const auto put = service.put(
        {.owner = owner, .storage = photo.storage, .source = "repair", .replaces = photo.blob_key},
        **bytes);
    if (!put) return std::unexpected(put.error());
    if (*put == photo::Photos::Put::unchanged)
        return fail(Fault::internal, "the photo was reported as unchanged");
    return "made the photo again";
}

// Reads the blob again: it may be whole again. Its photo is removed only if it was counted among
// the photos to be removed. Keeps no bytes until then.
Repair repair_of(const FsckPorts& ports, const Owned& owned, bool may_remove) {
    return [ports, owner = owned.owner, blob_key = owned.photo.blob_key,
            may_remove](PhotoService& service) -> Result<std::string> {
        const auto photo = find_unchanged(ports, owner, blob_key);
        if (!photo) return std::unexpected(photo.error());
        const auto check = check_blob(ports.blobs, *photo, deadline_in(kStoreTime));
        if (check.state == BlobState::unreadable) return unreadable_now(check);
        if (check.state == BlobState::whole) return "left unchanged: its bytes are whole now";
        if (check.best)
            return rebuild_photo(ports, service, owner, *photo, photo->renditions[*check.best]);
        if (may_remove) return remove_photo(service, owner, *photo);
        return fail(Fault::internal, "its last whole size is gone since it was checked");
    };
}

Repair removal_without_owner(const FsckPorts& ports, const Owned& owned) {
    return [ports, owner = owned.owner,
            blob_key = owned.photo.blob_key](PhotoService& service) -> Result<std::string> {
        const auto photo = find_unchanged(ports, owner, blob_key);
        if (!photo) return std::unexpected(photo.error());
        const auto check = check_blob(ports.blobs, *photo, deadline_in(kStoreTime));
        if (check.state == BlobState::unreadable) return unreadable_now(check);
        return remove_photo(service, owner, *photo);
    };
}

// The former photo in that blob, if it is still one.
Result<std::optional<Photo>> find_former_in(const FsckPorts& ports, const OwnerKey& owner,
                                            const std::string& blob_key) {
    const auto all = ports.catalog.former_photos(owner, deadline_in(kStoreTime));
    if (!all) return std::unexpected(all.error());
    for (const auto& former : *all)
        if (former.photo.blob_key == blob_key) return former.photo;
    return std::nullopt;
}

// A former photo has no original to be imported again, and only the whole of it can be restored.
Repair removal_of_former(const FsckPorts& ports, const Owned& owned) {
    return [ports, owner = owned.owner,
            blob_key = owned.photo.blob_key](PhotoService& service) -> Result<std::string> {
        const auto photo = find_former_in(ports, owner, blob_key);
        if (!photo) return std::unexpected(photo.error());
        if (!*photo)
            return fail(Fault::precondition_failed, "it was restored or removed meanwhile");
        const auto check = check_blob(ports.blobs, **photo, deadline_in(kStoreTime));
        if (check.state == BlobState::unreadable) return unreadable_now(check);
        if (check.state == BlobState::whole) return "left unchanged: its bytes are whole now";
        if (auto removed = service.remove(owner, blob_key); !removed)
            return std::unexpected(std::move(removed.error()));
        return "removed the former photo";
    };
}

class Check {
  public:
    Check(const FsckPorts& ports, const OnProgress& on_progress, std::stop_token stop)
        : ports_(ports), on_progress_(on_progress), stop_(std::move(stop)) {}

    Result<FsckReport> run() {
        // If the blob store cannot be listed, its photos cannot be called damaged.
        auto done = check_listing();
        if (done) done = load_retired();
        const auto count = [this](const Owned&) {
            ++total_;
            return Result<void>{};
        };
        if (done) done = each_photo(count);
        if (done) done = each_former_photo(count);
        if (done) done = each_photo([this](const Owned& owned) { return look_at(owned); });
        if (done)
            done = each_former_photo([this](const Owned& owned) { return look_at_former(owned); });
        if (done) done = look_for_set_aside();
        if (done) done = look_for_orphans();
        if (!done) return std::unexpected(std::move(done.error()));
        std::ranges::move(retired_problems_, std::back_inserter(report_.problems));
        return std::move(report_);
    }

  private:
    template <class Each>
    Result<void> each_photo(const Each& each) {
        std::optional<OwnerKey> after;
        while (true) {
            const auto page = ports_.catalog.list(after, kPage, deadline_in(kStoreTime));
            if (!page) return std::unexpected(page.error());
            if (page->empty()) return {};
            for (const auto& owned : *page) {
                if (is_stopped()) return {};
                if (auto done = each(owned); !done) return done;
            }
            after = page->back().owner;
        }
    }

    template <class Each>
    Result<void> each_former_photo(const Each& each) {
        std::string after;
        while (true) {
            const auto page = ports_.catalog.list_former(after, kPage, deadline_in(kStoreTime));
            if (!page) return std::unexpected(page.error());
            if (page->empty()) return {};
            for (const auto& former : *page) {
                if (is_stopped()) return {};
                if (auto done = each(Owned{former.owner, former.photo}); !done) return done;
            }
            after = page->back().id;
        }
    }

    bool is_stopped() {
        report_.stopped = report_.stopped || stop_.stop_requested();
        return report_.stopped;
    }

    Result<void> check_listing() {
        const auto page = ports_.blobs.list("", 1, deadline_in(kStoreTime));
        if (!page) return std::unexpected(page.error());
        return {};
    }

    Result<void> load_retired() {
        const auto keys = ports_.catalog.retired(Instant::max(), static_cast<std::size_t>(-1),
                                                 deadline_in(kStoreTime));
        if (!keys) return std::unexpected(keys.error());
        retired_.insert(keys->begin(), keys->end());
        return {};
    }

    Result<void> look_at(const Owned& owned) {
        const auto label =
            matching::find_label(ports_.directory, owned.owner, deadline_in(kStoreTime));
        if (!label) return std::unexpected(label.error());
        const auto check = check_bytes(owned.photo, report_.photos);
        auto found = *label || check.state == BlobState::unreadable
                         ? judge(owned, label->value_or(matching::describe(owned.owner)), check)
                         : std::optional(orphan_photo(owned));
        const bool is_retired = retired_.contains(owned.photo.blob_key);
        if (!found && !is_retired) return {};
        // A photo that was replaced or removed concurrently is no longer a problem.
        const auto still = ports_.catalog.find(owned.owner, deadline_in(kStoreTime));
        if (!still) return std::unexpected(still.error());
        if (!*still || (*still)->blob_key != owned.photo.blob_key) return {};
        if (found) report_.problems.push_back(std::move(*found));
        if (is_retired) retired_problems_.push_back(retired_blob(owned));
        return {};
    }

    // Counts what was read; `photos` is the count of its kind.
    BlobCheck check_bytes(const Photo& photo, std::size_t& photos) {
        auto check = check_blob(ports_.blobs, photo, deadline_in(kStoreTime));
        ++photos;
        if (check.state == BlobState::whole || check.state == BlobState::damaged) {
            report_.renditions += photo.renditions.size();
            for (const auto& rendition : photo.renditions) report_.bytes += rendition.length;
        }
        on_progress_({report_.all(), total_, report_.bytes});
        return check;
    }

    Result<void> look_at_former(const Owned& owned) {
        const auto check = check_bytes(owned.photo, report_.former_photos);
        const bool is_retired = retired_.contains(owned.photo.blob_key);
        if (check.state == BlobState::whole && !is_retired) return {};
        const auto still = find_former_in(ports_, owned.owner, owned.photo.blob_key);
        if (!still) return std::unexpected(still.error());
        if (!*still) return {};
        if (is_retired) retired_problems_.push_back(retired_blob(owned));
        if (check.state != BlobState::whole)
            report_.problems.push_back(former_problem(owned, check));
        return {};
    }

    Problem former_problem(const Owned& owned, const BlobCheck& check) {
        const auto& key = owned.photo.blob_key;
        if (check.state == BlobState::unreadable)
            return {fmt::format("A former photo of {} cannot be read from blob {}: {}.",
                                matching::describe(owned.owner), key, check.reason),
                    "",
                    {}};
        return {
            fmt::format("A former photo of {} is {} in blob {}.", matching::describe(owned.owner),
                        check.state == BlobState::missing ? "missing" : "damaged", key),
            "removes the former photo", removal_of_former(ports_, owned), false, true};
    }

    Problem orphan_photo(const Owned& owned) {
        return {fmt::format("There is a photo of {}, but no such owner in the directory.",
                            matching::describe(owned.owner)),
                "removes the photo", removal_without_owner(ports_, owned), true};
    }

    std::optional<Problem> judge(const Owned& owned, const std::string& label,
                                 const BlobCheck& check) {
        const auto& key = owned.photo.blob_key;
        switch (check.state) {
            case BlobState::whole:
                return std::nullopt;
            case BlobState::unreadable:
                return Problem{fmt::format("The photo of {} cannot be read from blob {}: {}.",
                                           label, key, check.reason),
                               "",
                               {}};
            case BlobState::missing:
                return Problem{
                    fmt::format("The bytes of the photo of {} are missing: there is no blob {}.",
                                label, key),
                    "removes the photo, since none of it is left", repair_of(ports_, owned, true),
                    true};
            case BlobState::damaged:
                return damaged_photo(owned, label, check);
        }
        return std::nullopt;
    }

    Problem damaged_photo(const Owned& owned, const std::string& label, const BlobCheck& check) {
        std::vector<std::string> sizes;
        for (const auto size : check.damaged) sizes.push_back(to_string(size));
        auto text = fmt::format("The photo of {} is damaged in blob {}: {}.", label,
                                owned.photo.blob_key, fmt::join(sizes, ", "));
        if (!check.best)
            return {std::move(text), "removes the photo, since no size is whole",
                    repair_of(ports_, owned, true), true};
        const auto whole = owned.photo.renditions.size() - check.damaged.size();
        return {std::move(text),
                fmt::format("makes the photo again from the largest of its {} whole sizes; sizes "
                            "above it are lost until the original is imported again",
                            whole),
                repair_of(ports_, owned, false)};
    }

    // A photo whose blob the sweep is about to delete would be lost.
    static Problem retired_blob(const Owned& owned) {
        const auto& key = owned.photo.blob_key;
        return {fmt::format("The blob {} of the photo of {} is on the list of those to be deleted.",
                            key, matching::describe(owned.owner)),
                "takes it off that list", [key](PhotoService& service) -> Result<std::string> {
                    if (auto kept = service.keep_blob(key); !kept)
                        return std::unexpected(std::move(kept.error()));
                    return "took it off the list";
                }};
    }

    // Blobs that a sweep with another catalog set aside (photo/sweep.h).
    Result<void> look_for_set_aside() {
        std::vector<std::string> named;
        std::string after;
        while (!is_stopped()) {
            const auto page = ports_.blobs.list_set_aside(after, kPage, deadline_in(kStoreTime));
            if (!page) return std::unexpected(page.error());
            if (page->empty()) break;
            after = page->back().key;
            std::vector<std::string> keys;
            for (const auto& blob : *page) keys.push_back(blob.key);
            const auto unknown = ports_.catalog.unknown_blobs(keys, deadline_in(kStoreTime));
            if (!unknown) return std::unexpected(unknown.error());
            for (auto& key : keys)
                if (std::ranges::find(*unknown, key) == unknown->end() && !retired_.contains(key))
                    named.push_back(std::move(key));
        }
        if (!named.empty()) report_.problems.push_back(blobs_set_aside(std::move(named)));
        return {};
    }

    static Problem blobs_set_aside(std::vector<std::string> keys) {
        auto text =
            fmt::format("{} in blobs/lost: {}{}.",
                        keys.size() == 1 ? "1 blob of a photo is"
                                         : fmt::format("{} blobs of photos are", keys.size()),
                        keys.front(), keys.size() == 1 ? "" : " and others");
        return {std::move(text), "moves them back",
                [keys = std::move(keys)](PhotoService& service) -> Result<std::string> {
                    for (const auto& key : keys)
                        if (auto kept = service.keep_blob(key); !kept)
                            return std::unexpected(std::move(kept.error()));
                    return fmt::format("moved {} back", keys.size());
                }};
    }

    Result<void> look_for_orphans() {
        std::size_t count = 0;
        std::string example;
        std::string after;
        while (!is_stopped()) {
            const auto page = ports_.blobs.list(after, kPage, deadline_in(kStoreTime));
            if (!page) return std::unexpected(page.error());
            if (page->empty()) break;
            after = page->back().key;
            std::vector<std::string> old;
            for (const auto& blob : *page)
                if (blob.age > photo::kOrphanGrace) old.push_back(blob.key);
            const auto orphans = ports_.catalog.unknown_blobs(old, deadline_in(kStoreTime));
            if (!orphans) return std::unexpected(orphans.error());
            count += orphans->size();
            if (!orphans->empty()) example = orphans->front();
        }
        if (count > 0) report_.problems.push_back(orphan_blobs(count, example));
        return {};
    }

    static Problem orphan_blobs(std::size_t count, const std::string& example) {
        return {fmt::format("{} {} to no photo: {}{}.", count,
                            count == 1 ? "blob belongs" : "blobs belong", example,
                            count == 1 ? "" : " and others"),
                "removes them; a large number is moved to blobs/lost instead",
                [](PhotoService& service) -> Result<std::string> {
                    const auto swept = service.remove_orphan_blobs();
                    if (!swept) return std::unexpected(swept.error());
                    if (swept->failed > 0)
                        return fail(Fault::internal,
                                    fmt::format("{} could not be removed: {}", swept->failed,
                                                swept->first_failure));
                    if (swept->set_aside > 0)
                        return fmt::format("moved {} to blobs/lost", swept->set_aside);
                    return fmt::format("removed {}", swept->removed);
                }};
    }

    const FsckPorts& ports_;
    const OnProgress& on_progress_;
    const std::stop_token stop_;
    FsckReport report_;
    std::size_t total_ = 0;                    // number of photos
    std::unordered_set<std::string> retired_;  // keys of blobs
    std::vector<Problem> retired_problems_;    // repaired last: a repaired photo has another blob
};

}  // namespace

std::size_t FsckReport::removals() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        problems, [](const Problem& one) { return one.removes_photo || one.removes_former; }));
}

bool FsckReport::needs_force() const {
    const auto of_photos =
        static_cast<std::size_t>(std::ranges::count(problems, true, &Problem::removes_photo));
    return photo::is_suspiciously_many(of_photos, photos) ||
           photo::is_suspiciously_many(removals(), all());
}

Result<FsckReport> check_photos(const FsckPorts& ports, const OnProgress& on_progress,
                                const std::stop_token& stop) {
    return Check(ports, on_progress, stop).run();
}

}  // namespace cameo::transfer
