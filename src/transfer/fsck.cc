#include "transfer/fsck.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/crc32c.h"
#include "photo/sweep.h"
#include "transfer/owners.h"

namespace cameo::transfer {
namespace {

using photo::Photo;
using photo::Rendition;
using Owned = photo::Catalog::Owned;

constexpr std::chrono::seconds kStoreTime{60};
constexpr std::size_t kPage = 500;

std::uint64_t end_of(const Rendition& rendition) {
    return std::uint64_t{rendition.offset} + rendition.length;
}

std::uint64_t length_of(const Photo& photo) {
    std::uint64_t length = 0;
    for (const auto& rendition : photo.renditions) length = std::max(length, end_of(rendition));
    return length;
}

// What is left of a photo's renditions.
struct Condition {
    bool has_blob = true;
    std::vector<std::string> damaged;  // sizes
    std::optional<Bytes> best;         // the largest that is whole
};

std::function<Result<std::string>(PhotoDesk&)> removal(const Owned& owned) {
    return [owner = owned.owner, etag = owned.photo.etag](PhotoDesk& desk) -> Result<std::string> {
        if (auto removed = desk.remove(owner, etag); !removed)
            return std::unexpected(std::move(removed.error()));
        return "removed the photo";
    };
}

std::function<Result<std::string>(PhotoDesk&)> rebuilding(const Owned& owned, Bytes best) {
    return [owned, best = std::move(best)](PhotoDesk& desk) -> Result<std::string> {
        const auto put = desk.put({.owner = owned.owner,
                                   .storage = owned.photo.storage,
                                   .source = "repair",
                                   .replaces = owned.photo.etag},
                                  best);
        if (!put) return std::unexpected(put.error());
        if (*put == photo::Photos::Put::unchanged)
            return fail(Fault::internal, "the photo is held to be the same as the rendition");
        return "made the photo again";
    };
}

class Check {
  public:
    Check(const FsckPorts& ports, const OnProgress& on_progress, std::stop_token stop)
        : ports_(ports), on_progress_(on_progress), stop_(std::move(stop)) {}

    Result<FsckReport> run() {
        auto done = each_photo([this](const Owned& owned) {
            blobs_.emplace(owned.photo.blob_key, owned.owner);
            return Result<void>{};
        });
        if (done) done = each_photo([this](const Owned& owned) { return look_at(owned); });
        if (done) done = look_at_retired();
        if (done) done = look_for_orphans();
        if (!done) return std::unexpected(std::move(done.error()));
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

    bool is_stopped() {
        report_.stopped = report_.stopped || stop_.stop_requested();
        return report_.stopped;
    }

    Result<void> look_at(const Owned& owned) {
        const auto label = find_label(ports_.directory, owned.owner, deadline_in(kStoreTime));
        if (!label) return std::unexpected(label.error());
        ++report_.photos;
        auto found = *label ? look_at_bytes(owned, **label) : std::optional(orphan_photo(owned));
        on_progress_({report_.photos, blobs_.size(), report_.bytes});
        if (!found) return {};
        // Whoever replaced or removed the photo meanwhile has also mended it.
        const auto still = ports_.catalog.find(owned.owner, deadline_in(kStoreTime));
        if (!still) return std::unexpected(still.error());
        if (*still && (*still)->etag == owned.photo.etag)
            report_.problems.push_back(std::move(*found));
        return {};
    }

    static Problem orphan_photo(const Owned& owned) {
        return {fmt::format("There is a photo of {}, whom the directory does not have.",
                            describe(owned.owner)),
                "removes the photo", removal(owned)};
    }

    std::optional<Problem> look_at_bytes(const Owned& owned, const std::string& label) {
        auto condition = examine(owned.photo);
        if (!condition.has_blob)
            return Problem{
                fmt::format("The bytes of the photo of {} are missing: there is no blob {}.", label,
                            owned.photo.blob_key),
                "removes the photo, of which nothing is left", removal(owned)};
        if (condition.damaged.empty()) return std::nullopt;
        const auto text = fmt::format("The photo of {} is damaged in blob {}: {}.", label,
                                      owned.photo.blob_key, fmt::join(condition.damaged, ", "));
        if (!condition.best)
            return Problem{text, "removes the photo, of which nothing is whole", removal(owned)};
        const auto whole = owned.photo.renditions.size() - condition.damaged.size();
        return Problem{
            text,
            fmt::format("makes the photo again from the largest of its {} whole sizes; sizes above "
                        "it are lost until the original is brought in again",
                        whole),
            rebuilding(owned, std::move(*condition.best))};
    }

    Condition examine(const Photo& photo) {
        Condition condition;
        // One read for all; where the blob is too short for that, one for each.
        const auto whole =
            ports_.blobs.read(photo.blob_key, 0, length_of(photo), deadline_in(kStoreTime));
        condition.has_blob = !whole || whole->has_value();
        if (!condition.has_blob) return condition;
        for (const auto& rendition : photo.renditions) {
            auto bytes = bytes_of(photo, rendition, whole);
            ++report_.renditions;
            report_.bytes += rendition.length;
            if (!bytes || crc32c(*bytes) != rendition.crc32c)
                condition.damaged.push_back(to_string(rendition.size));
            else
                condition.best = std::move(*bytes);  // they ascend
        }
        return condition;
    }

    std::optional<Bytes> bytes_of(const Photo& photo, const Rendition& rendition,
                                  const Result<std::optional<Bytes>>& whole) {
        if (whole) {
            const auto first = (*whole)->begin() + rendition.offset;
            return Bytes(first, first + rendition.length);
        }
        auto read = ports_.blobs.read(photo.blob_key, rendition.offset, rendition.length,
                                      deadline_in(kStoreTime));
        return read ? std::move(*read) : std::nullopt;
    }

    // A photo whose blob the sweep is about to delete would be lost.
    Result<void> look_at_retired() {
        if (is_stopped()) return {};
        const auto keys = ports_.catalog.retired(Instant::max(), static_cast<std::size_t>(-1),
                                                 deadline_in(kStoreTime));
        if (!keys) return std::unexpected(keys.error());
        for (const auto& key : *keys) {
            const auto used = blobs_.find(key);
            if (used == blobs_.end()) continue;
            const auto still = ports_.catalog.find(used->second, deadline_in(kStoreTime));
            if (!still) return std::unexpected(still.error());
            if (!*still || (*still)->blob_key != key) continue;  // replaced since it was listed
            report_.problems.push_back(
                {fmt::format("The blob {} of the photo of {} is on the list of those to be "
                             "deleted.",
                             key, describe(used->second)),
                 "takes it off that list", [key](PhotoDesk& desk) -> Result<std::string> {
                     if (auto kept = desk.keep_blob(key); !kept)
                         return std::unexpected(std::move(kept.error()));
                     return "took it off the list";
                 }});
        }
        return {};
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
                if (blob.age > photo::kYoungBlob) old.push_back(blob.key);
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
                "removes them", [](PhotoDesk& desk) -> Result<std::string> {
                    const auto removed = desk.remove_orphan_blobs();
                    if (!removed) return std::unexpected(removed.error());
                    return fmt::format("removed {}", *removed);
                }};
    }

    const FsckPorts& ports_;
    const OnProgress& on_progress_;
    const std::stop_token stop_;
    FsckReport report_;
    std::unordered_map<std::string, OwnerKey> blobs_;  // of all photos, by key
};

}  // namespace

Result<FsckReport> check_photos(const FsckPorts& ports, const OnProgress& on_progress,
                                const std::stop_token& stop) {
    return Check(ports, on_progress, stop).run();
}

}  // namespace cameo::transfer
