#include "transfer/backup.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <unordered_set>
#include <utility>

#include "base/clock.h"
#include "base/crc32c.h"
#include "transfer/backup_target.h"
#include "transfer/files.h"

namespace cameo::transfer {
namespace {

namespace fs = std::filesystem;
using photo::Photo;

constexpr std::chrono::seconds kStoreTime{60};
constexpr std::size_t kPage = 500;
constexpr std::chrono::seconds kServerReturn{30};
constexpr std::chrono::milliseconds kRetryInterval{100};

std::uint64_t length_of(const Photo& photo) {
    std::uint64_t length = 0;
    for (const auto& rendition : photo.renditions)
        length = std::max(length, std::uint64_t{rendition.offset} + rendition.length);
    return length;
}

bool is_whole(const Photo& photo, ByteView blob) {
    return std::ranges::all_of(photo.renditions, [&](const auto& rendition) {
        return rendition.offset <= blob.size() &&
               rendition.length <= blob.size() - rendition.offset &&
               crc32c(blob.subspan(rendition.offset, rendition.length)) == rendition.crc32c;
    });
}

class Backup {
  public:
    Backup(const BackupSource& source, BackupTarget& target, const OnProgress& on_progress,
           std::stop_token stop)
        : source_(source), target_(target), on_progress_(on_progress), stop_(std::move(stop)) {}

    Result<BackupReport> run() {
        if (auto copied = source_.copy_catalog(target_.scratch()); !copied)
            return std::unexpected(std::move(copied.error()));
        if (auto copied = copy_blobs(); !copied) return std::unexpected(std::move(copied.error()));
        if (report_.stopped) return std::move(report_);
        auto finished = check_enough_blobs_are_there();
        if (finished) finished = confirm_lease();
        if (!finished && stop_.stop_requested()) {
            report_.stopped = true;
            return std::move(report_);
        }
        if (finished) finished = finish();
        if (!finished) return std::unexpected(std::move(finished.error()));
        const auto removed =
            target_.drop_blobs([this](const std::string& key) { return keys_.contains(key); });
        if (!removed) return std::unexpected(removed.error());
        report_.removed = *removed;
        return std::move(report_);
    }

  private:
    // The photos of the copy, because the catalog changes during the backup.
    Result<void> copy_blobs() {
        const auto catalog = source_.open_catalog(target_.scratch());
        if (!catalog) return std::unexpected(catalog.error());
        const auto total = count(**catalog);
        if (!total) return std::unexpected(total.error());
        const auto copy_to_target = [&](std::size_t& count) {
            return [this, &count, total = *total](const Photo& photo) -> Result<void> {
                if (stop_.stop_requested()) {
                    report_.stopped = true;
                    return {};
                }
                if (source_.lease.is_lost()) return source_.lease.confirm();
                if (auto copied = copy(photo); !copied) return copied;
                ++count;
                on_progress_({report_.photos + report_.former_photos, total, report_.bytes});
                return {};
            };
        };
        auto done = each_photo(**catalog, copy_to_target(report_.photos));
        unusable_photos_ = unusable_.size();
        if (done) done = each_former_photo(**catalog, copy_to_target(report_.former_photos));
        return done;
    }

    template <class Each>
    Result<void> each_photo(photo::Catalog& catalog, const Each& each) {
        std::optional<OwnerKey> after;
        while (!report_.stopped) {
            const auto page = catalog.list(after, kPage, deadline_in(kStoreTime));
            if (!page) return std::unexpected(page.error());
            if (page->empty()) break;
            for (const auto& owned : *page)
                if (auto done = each(owned.photo); !done) return done;
            after = page->back().owner;
        }
        return {};
    }

    template <class Each>
    Result<void> each_former_photo(photo::Catalog& catalog, const Each& each) {
        std::string after;
        while (!report_.stopped) {
            const auto page = catalog.list_former(after, kPage, deadline_in(kStoreTime));
            if (!page) return std::unexpected(page.error());
            if (page->empty()) break;
            for (const auto& former : *page)
                if (auto done = each(former.photo); !done) return done;
            after = page->back().id;
        }
        return {};
    }

    Result<std::size_t> count(photo::Catalog& catalog) {
        std::size_t photos = 0;
        const auto count_one = [&](const Photo&) {
            ++photos;
            return Result<void>{};
        };
        auto counted = each_photo(catalog, count_one);
        if (counted) counted = each_former_photo(catalog, count_one);
        if (!counted) return std::unexpected(counted.error());
        return photos;
    }

    Result<void> copy(const Photo& photo) {
        const auto length = length_of(photo);
        report_.bytes += length;
        keys_.insert(photo.blob_key);
        if (target_.has_blob(photo.blob_key, length)) return {};
        const auto blob = read(photo.blob_key, length);
        if (!blob) {
            report_.unreadable.push_back(photo.blob_key + ": " + blob.error().detail);
            unusable_.push_back(photo.blob_key);
            return {};
        }
        if (!*blob) {
            report_.missing.push_back(photo.blob_key);
            unusable_.push_back(photo.blob_key);
            return {};
        }
        if (!is_whole(photo, **blob)) report_.damaged.push_back(photo.blob_key);
        // A damaged blob is copied too: a repair can render the photo again from its whole sizes.
        ++report_.copied;
        return target_.put_blob(photo.blob_key, **blob);
    }

    // The blob, at most `length` bytes.
    Result<std::optional<Bytes>> read(const std::string& key, std::uint64_t length) {
        const auto there = source_.blobs.length(key, deadline_in(kStoreTime));
        if (!there) return std::unexpected(there.error());
        if (!*there) return std::nullopt;
        return source_.blobs.read(key, 0, std::min(length, **there), deadline_in(kStoreTime));
    }

    // Probably the folder of the blobs is not mounted, so the earlier backup must be kept.
    Result<void> check_enough_blobs_are_there() const {
        const auto all = report_.photos + report_.former_photos;
        const bool too_many = photo::is_suspiciously_many(unusable_.size(), all) ||
                              photo::is_suspiciously_many(unusable_photos_, report_.photos);
        if (source_.force || !too_many) return {};
        return fail(Fault::internal,
                    fmt::format("{} of {} blobs cannot be read (the first: {}); is {} mounted? "
                                "Nothing was backed up. If they are lost for good, back up with "
                                "--force",
                                unusable_.size(), all,
                                report_.unreadable.empty() ? report_.missing.front() + " is missing"
                                                           : report_.unreadable.front(),
                                (source_.data / "blobs").native()));
    }

    // A server that was restarted needs a moment to listen again.
    Result<void> confirm_lease() {
        const auto deadline = deadline_in(kServerReturn);
        while (true) {
            auto confirmed = source_.lease.confirm();
            if (confirmed || confirmed.error().fault != Fault::busy || has_passed(deadline) ||
                stop_.stop_requested())
                return confirmed;
            std::this_thread::sleep_for(kRetryInterval);
        }
    }

    Result<void> finish() {
        const auto key = read_file(source_.data / kKeyFile);
        if (!key) return std::unexpected(key.error());
        auto hash = sha256_of_file(target_.scratch());
        if (!hash) return std::unexpected(std::move(hash.error()));
        auto damaged = report_.damaged;
        damaged.insert(damaged.end(), unusable_.begin(), unusable_.end());
        const auto seconds = std::chrono::floor<std::chrono::seconds>(source_.now);
        return target_.finish(*key, {.program = source_.program,
                                     .made = utc_text(seconds) + 'Z',
                                     .photos = report_.photos,
                                     .bytes = report_.bytes,
                                     .catalog_sha256 = std::move(*hash),
                                     .damaged = std::move(damaged)});
    }

    const BackupSource& source_;
    BackupTarget& target_;
    const OnProgress& on_progress_;
    const std::stop_token stop_;
    BackupReport report_;
    std::unordered_set<std::string> keys_;
    std::vector<std::string> unusable_;  // keys of blobs that are missing or cannot be read
    std::size_t unusable_photos_ = 0;    // how many of them are of photos, not of former ones
};

bool is_within(const fs::path& inner, const fs::path& outer) {
    std::error_code error;
    const auto path = fs::weakly_canonical(inner, error);
    const auto root = fs::weakly_canonical(outer, error);
    return std::ranges::mismatch(root, path).in1 == root.end();
}

}  // namespace

Result<BackupReport> back_up(const BackupSource& source, const fs::path& target,
                             const OnProgress& on_progress, const std::stop_token& stop) {
    if (is_within(target, source.data))
        return fail(Fault::conflict, fmt::format("{} is inside the data folder; choose "
                                                 "another place, preferably on another disk",
                                                 target.native()));
    auto opened =
        target.extension() == ".tar" ? open_tar_target(target) : open_folder_target(target);
    if (!opened) return std::unexpected(std::move(opened.error()));
    return Backup(source, **opened, on_progress, stop).run();
}

}  // namespace cameo::transfer
