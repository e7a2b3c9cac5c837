#include "transfer/restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/crc32c.h"
#include "base/whole_file.h"
#include "transfer/files.h"
#include "transfer/unpack.h"

namespace cameo::transfer {
namespace {

namespace fs = std::filesystem;
using photo::Photo;

constexpr std::chrono::seconds kStoreTime{60};
constexpr std::size_t kPage = 500;

// Where all is unpacked before it is known to be whole. The catalog leaves it last, so a folder
// that has this and no catalog is nobody's.
constexpr std::string_view kWorkshop = kRestoreFolder;

// The catalog first: without it nothing takes the rest for a data folder.
void clear(const fs::path& data) {
    std::error_code ignored;
    fs::remove(data / kCatalogFile, ignored);
    fs::remove_all(data / "blobs", ignored);
    fs::remove(data / kKeyFile, ignored);
    fs::remove_all(data / kWorkshop, ignored);
}

class Restore {
  public:
    Restore(const fs::path& backup, const fs::path& data, const RestoreStores& stores,
            const RestoreProgress& progress, std::stop_token stop)
        : backup_(backup),
          data_(data),
          workshop_(data / kWorkshop),
          stores_(stores),
          progress_(progress),
          stop_(std::move(stop)) {}

    Result<RestoreReport> run() {
        clear(data_);
        auto done = restore();
        if (!done || report_.stopped) {
            clear(data_);
            if (!done) return std::unexpected(std::move(done.error()));
        }
        return std::move(report_);
    }

  private:
    Result<void> restore() {
        if (auto made = make_private_folders(workshop_); !made) return made;
        std::error_code error;
        auto done = fs::is_directory(backup_, error)
                        ? unpack_folder(backup_, workshop_, progress_.unpacking, stop_)
                        : unpack_tar(backup_, workshop_, progress_.unpacking, stop_);
        if (done && !is_stopped()) done = check_manifest();
        if (done && !is_stopped()) done = check_photos();
        if (done && !is_stopped()) done = move_in();
        return done;
    }

    bool is_stopped() {
        report_.stopped = report_.stopped || stop_.stop_requested();
        return report_.stopped;
    }

    std::unexpected<Error> not_whole(std::string_view what) const {
        return fail(Fault::malformed,
                    fmt::format("the backup {} is not whole: {}", backup_.native(), what));
    }

    Result<void> check_manifest() {
        for (const auto name : {kManifestFile, kCatalogFile, kKeyFile})
            if (!is_there(workshop_ / name).value_or(true))
                return not_whole(fmt::format("it has no {}", name));
        const auto text = read_file(workshop_ / kManifestFile);
        if (!text) return std::unexpected(text.error());
        auto manifest = parse_manifest(as_text(*text));
        if (!manifest) return std::unexpected(std::move(manifest.error()));
        const auto hash = sha256_of_file(workshop_ / kCatalogFile);
        if (!hash) return std::unexpected(hash.error());
        if (*hash != manifest->catalog_sha256)
            return not_whole("its catalog is not the one of which its manifest tells");
        report_.manifest = std::move(*manifest);
        return {};
    }

    Result<void> check_photos() {
        const auto catalog = stores_.open_catalog(workshop_ / kCatalogFile);
        if (!catalog) return std::unexpected(catalog.error());
        const auto blobs = stores_.open_blobs(workshop_ / "blobs");
        std::optional<OwnerKey> after;
        while (true) {
            const auto page = (*catalog)->list(after, kPage, deadline_in(kStoreTime));
            if (!page) return std::unexpected(page.error());
            if (page->empty()) return {};
            for (const auto& owned : *page) {
                if (is_stopped()) return {};
                if (auto checked = check_photo(*blobs, owned.photo); !checked) return checked;
            }
            after = page->back().owner;
        }
    }

    Result<void> check_photo(photo::BlobStore& blobs, const Photo& photo) {
        bool whole = true;
        for (const auto& rendition : photo.renditions) {
            const auto bytes = blobs.read(photo.blob_key, rendition.offset, rendition.length,
                                          deadline_in(kStoreTime));
            whole = whole && bytes && *bytes && crc32c(**bytes) == rendition.crc32c;
            report_.bytes += rendition.length;
        }
        ++report_.photos;
        progress_.checking({report_.photos, report_.manifest.photos, report_.bytes});
        if (whole) return {};
        if (std::ranges::find(report_.manifest.damaged, photo.blob_key) ==
            report_.manifest.damaged.end())
            return not_whole(fmt::format("its blob {} is missing or damaged", photo.blob_key));
        ++report_.damaged;
        return {};
    }

    // The catalog last: a folder that has one is a data folder.
    Result<void> move_in() {
        auto done = sync_file_system(workshop_);
        const auto has_blobs = is_there(workshop_ / "blobs");
        if (!has_blobs) return std::unexpected(has_blobs.error());
        if (done && *has_blobs) done = rename_file(workshop_ / "blobs", data_ / "blobs");
        if (done) done = rename_file(workshop_ / kKeyFile, data_ / kKeyFile);
        // After a power cut too there is no catalog without its blobs.
        if (done) done = sync_folder(data_);
        if (done) done = rename_file(workshop_ / kCatalogFile, data_ / kCatalogFile);
        if (done) done = sync_file_system(data_);
        if (!done) return done;
        std::error_code ignored;
        fs::remove_all(workshop_, ignored);
        return {};
    }

    const fs::path& backup_;
    const fs::path& data_;
    const fs::path workshop_;
    const RestoreStores& stores_;
    const RestoreProgress& progress_;
    const std::stop_token stop_;
    RestoreReport report_;
};

}  // namespace

Result<void> check_is_free(const fs::path& data) {
    const auto there = is_there(data);
    if (!there) return std::unexpected(there.error());
    if (!*there) return {};
    std::error_code error;
    // The catalog leaves the workshop last. Where neither has it, this is a data folder that lost
    // its catalog, whatever else lies in it.
    const bool was_left =
        is_there(data / kWorkshop).value_or(false) && !is_there(data / kCatalogFile).value_or(true);
    const bool was_moving = was_left && is_there(data / kWorkshop / kCatalogFile).value_or(false);
    fs::directory_iterator at(data, error);
    for (const fs::directory_iterator end; !error && at != end; at.increment(error)) {
        const auto name = at->path().filename().native();
        if (name == "lock" || name == "lost+found") continue;
        if (was_left && name == kWorkshop) continue;
        if (was_moving && (name == "blobs" || name == kKeyFile)) continue;
        return fail(Fault::conflict, fmt::format("{} is not empty: it holds {}; restore goes only "
                                                 "into a missing or an empty folder",
                                                 data.native(), name));
    }
    if (error)
        return fail(Fault::conflict,
                    fmt::format("cannot read {}: {}", data.native(), error.message()));
    return {};
}

Result<RestoreReport> restore(const fs::path& backup, const fs::path& data,
                              const RestoreStores& stores, const RestoreProgress& progress,
                              const std::stop_token& stop) {
    return Restore(backup, data, stores, progress, stop).run();
}

}  // namespace cameo::transfer
