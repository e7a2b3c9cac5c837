#include "transfer/restore.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/crc32c.h"
#include "base/file.h"
#include "transfer/backup_format.h"
#include "transfer/files.h"

namespace cameo::transfer {
namespace {

namespace fs = std::filesystem;

struct FreeReader {
    void operator()(archive* reader) const { archive_read_free(reader); }
};

class TarReader {
  public:
    explicit TarReader(fs::path file) : file_(std::move(file)), reader_(archive_read_new()) {
        archive_read_support_format_tar(reader_.get());
    }

    Result<void> unpack(const fs::path& into, const OnProgress& on_progress,
                        const std::stop_token& stop) {
        constexpr std::size_t kBlock = 1 << 18;
        std::size_t files = 0;
        if (archive_read_open_filename(reader_.get(), file_.c_str(), kBlock) != ARCHIVE_OK)
            return unreadable();
        while (!stop.stop_requested()) {
            archive_entry* entry = nullptr;
            const int status = archive_read_next_header(reader_.get(), &entry);
            if (status == ARCHIVE_EOF) return {};
            if (status != ARCHIVE_OK) return unreadable();
            if (archive_entry_filetype(entry) == AE_IFDIR) continue;  // folders are made on demand
            if (auto done = unpack_one(entry, into); !done) return done;
            on_progress({.done = ++files});
        }
        return {};
    }

  private:
    Result<void> unreadable() {
        const char* reason = archive_error_string(reader_.get());
        return fail(Fault::malformed, fmt::format("cannot read the backup {}: {}", file_.native(),
                                                  reason == nullptr ? "unknown reason" : reason));
    }

    Result<void> unpack_one(archive_entry* entry, const fs::path& into) {
        const char* name = archive_entry_pathname(entry);
        const auto known = known_file(name == nullptr ? "" : name);
        if (!known || archive_entry_filetype(entry) != AE_IFREG ||
            archive_entry_hardlink(entry) != nullptr)
            return fail(Fault::malformed, fmt::format("{} is not a backup: it contains '{}'",
                                                      file_.native(), name == nullptr ? "" : name));
        const auto file = into / *known;
        if (auto made = make_private_folders(file.parent_path()); !made) return made;
        Descriptor opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!opened.is_open() && errno == EEXIST)
            return fail(Fault::malformed, fmt::format("{} is not a backup: it contains '{}' twice",
                                                      file_.native(), name));
        if (!opened.is_open()) return std::unexpected(system_error("cannot write", file));
        return copy_data(opened, file);
    }

    // Not archive_read_data_into_fd, in order to distinguish a full disk from a damaged archive.
    Result<void> copy_data(Descriptor& into, const fs::path& file) {
        Bytes chunk(1 << 18);
        while (true) {
            const auto got = archive_read_data(reader_.get(), chunk.data(), chunk.size());
            if (got < 0) return unreadable();
            if (got == 0) break;
            const auto bytes = ByteView(chunk).first(static_cast<std::size_t>(got));
            if (auto written = write_all(into.number(), bytes, file); !written) return written;
        }
        if (!into.close()) return std::unexpected(system_error("cannot write", file));
        return {};
    }

    fs::path file_;
    std::unique_ptr<archive, FreeReader> reader_;
};

Result<void> copy_one(const fs::path& from, const fs::path& to) {
    if (auto made = make_private_folders(to.parent_path()); !made) return made;
    std::error_code error;
    fs::copy_file(from, to, error);
    if (error)
        return fail(Fault::internal, fmt::format("cannot copy {} to {}: {}", from.native(),
                                                 to.native(), error.message()));
    if (::chmod(to.c_str(), 0600) != 0)
        return std::unexpected(system_error("cannot change the mode of", to));
    return {};
}

// A backup that was interrupted between its last two renames has the manifest of its catalog under
// the newer name.
Result<void> choose_manifest(const fs::path& folder, const fs::path& into) {
    const auto hash = sha256_of_file(into / kCatalogFile);
    if (!hash) return std::unexpected(hash.error());
    const auto newer = folder / fmt::format("{}.new", kManifestFile);
    const auto text = read_file(newer);
    const auto manifest = text ? parse_manifest(as_text(*text)) : fail(Fault::malformed, "");
    const bool fits = manifest && manifest->catalog_sha256 == *hash;
    return copy_one(fits ? newer : folder / kManifestFile, into / kManifestFile);
}

namespace fs = std::filesystem;
using photo::Photo;

constexpr std::chrono::seconds kStoreTime{60};
constexpr std::size_t kPage = 500;

// The staging folder: everything is unpacked here before it is verified. The catalog leaves it
// last, so a folder that has this and no catalog is not a data folder.
constexpr std::string_view kStaging = kRestoreFolder;

// Removes the catalog first: without it the rest is not taken for a data folder.
void clear(const fs::path& data) {
    std::error_code ignored;
    fs::remove(data / kCatalogFile, ignored);
    fs::remove_all(data / "blobs", ignored);
    fs::remove(data / kKeyFile, ignored);
    fs::remove_all(data / kStaging, ignored);
}

class Restore {
  public:
    Restore(const fs::path& backup, const fs::path& data, const RestoreStores& stores,
            const RestoreProgress& progress, std::stop_token stop)
        : backup_(backup),
          data_(data),
          staging_(data / kStaging),
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
        if (auto made = make_private_folders(staging_); !made) return made;
        std::error_code error;
        auto done = fs::is_directory(backup_, error)
                        ? unpack_folder(backup_, staging_, progress_.unpacking, stop_)
                        : unpack_tar(backup_, staging_, progress_.unpacking, stop_);
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
            if (!is_there(staging_ / name).value_or(true))
                return not_whole(fmt::format("it has no {}", name));
        const auto text = read_file(staging_ / kManifestFile);
        if (!text) return std::unexpected(text.error());
        auto manifest = parse_manifest(as_text(*text));
        if (!manifest) return std::unexpected(std::move(manifest.error()));
        const auto hash = sha256_of_file(staging_ / kCatalogFile);
        if (!hash) return std::unexpected(hash.error());
        if (*hash != manifest->catalog_sha256)
            return not_whole("its catalog is not the one of its manifest");
        report_.manifest = std::move(*manifest);
        return {};
    }

    Result<void> check_photos() {
        const auto catalog = stores_.open_catalog(staging_ / kCatalogFile);
        if (!catalog) return std::unexpected(catalog.error());
        const auto blobs = stores_.open_blobs(staging_ / "blobs");
        std::optional<OwnerKey> after;
        while (true) {
            const auto page = (*catalog)->list(after, kPage, deadline_in(kStoreTime));
            if (!page) return std::unexpected(page.error());
            if (page->empty()) break;
            for (const auto& owned : *page) {
                if (is_stopped()) return {};
                ++report_.photos;
                if (auto checked = check_photo(*blobs, owned.photo); !checked) return checked;
            }
            after = page->back().owner;
        }
        return check_former_photos(**catalog, *blobs);
    }

    Result<void> check_former_photos(photo::Catalog& catalog, photo::BlobStore& blobs) {
        std::string after;
        while (true) {
            const auto page = catalog.list_former(after, kPage, deadline_in(kStoreTime));
            if (!page) return std::unexpected(page.error());
            if (page->empty()) return {};
            for (const auto& former : *page) {
                if (is_stopped()) return {};
                ++report_.former_photos;
                if (auto checked = check_photo(blobs, former.photo); !checked) return checked;
            }
            after = page->back().id;
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
        progress_.checking({report_.photos, report_.manifest.photos, report_.bytes});
        if (whole) return {};
        if (std::ranges::find(report_.manifest.damaged, photo.blob_key) ==
            report_.manifest.damaged.end())
            return not_whole(fmt::format("its blob {} is missing or damaged", photo.blob_key));
        ++report_.damaged;
        return {};
    }

    // The catalog last: a folder with a catalog is a data folder.
    Result<void> move_in() {
        auto done = sync_file_system(staging_);
        const auto has_blobs = is_there(staging_ / "blobs");
        if (!has_blobs) return std::unexpected(has_blobs.error());
        if (done && *has_blobs) done = rename_file(staging_ / "blobs", data_ / "blobs");
        if (done) done = rename_file(staging_ / kKeyFile, data_ / kKeyFile);
        // Even after a power cut there is no catalog without its blobs.
        if (done) done = sync_folder(data_);
        if (done) done = rename_file(staging_ / kCatalogFile, data_ / kCatalogFile);
        if (done) done = sync_file_system(data_);
        if (!done) return done;
        std::error_code ignored;
        fs::remove_all(staging_, ignored);
        return {};
    }

    const fs::path& backup_;
    const fs::path& data_;
    const fs::path staging_;
    const RestoreStores& stores_;
    const RestoreProgress& progress_;
    const std::stop_token stop_;
    RestoreReport report_;
};

}  // namespace

Result<void> unpack_tar(const fs::path& file, const fs::path& into, const OnProgress& on_progress,
                        const std::stop_token& stop) {
    return TarReader(file).unpack(into, on_progress, stop);
}

Result<void> unpack_folder(const fs::path& folder, const fs::path& into,
                           const OnProgress& on_progress, const std::stop_token& stop) {
    std::error_code error;
    std::size_t files = 0;
    for (const auto name : {kCatalogFile, kManifestFile})
        if (!fs::exists(folder / name, error) &&
            !fs::exists(folder / fmt::format("{}.new", name), error))
            return fail(Fault::malformed,
                        fmt::format("{} is not a backup: it has no {}", folder.native(), name));
    for (const auto name : {kCatalogFile, kKeyFile})
        if (auto copied = copy_one(folder / name, into / name); !copied) return copied;
    if (auto chosen = choose_manifest(folder, into); !chosen) return chosen;
    fs::recursive_directory_iterator at(folder / "blobs", error);
    if (error == std::errc::no_such_file_or_directory) return {};  // a store without photos
    for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
        if (stop.stop_requested()) return {};
        const auto name = at->path().lexically_relative(folder);
        if (!known_file(name.native()) || !at->is_regular_file()) continue;
        if (auto copied = copy_one(at->path(), into / name); !copied) return copied;
        on_progress({.done = ++files});
    }
    if (error)
        return fail(Fault::internal,
                    fmt::format("cannot read {}: {}", folder.native(), error.message()));
    return {};
}

Result<void> check_is_free(const fs::path& data) {
    const auto there = is_there(data);
    if (!there) return std::unexpected(there.error());
    if (!*there) return {};
    std::error_code error;
    // The catalog leaves the staging folder last. If neither has it, this is a data folder that
    // lost its catalog.
    const bool was_left =
        is_there(data / kStaging).value_or(false) && !is_there(data / kCatalogFile).value_or(true);
    const bool was_moving = was_left && is_there(data / kStaging / kCatalogFile).value_or(false);
    fs::directory_iterator at(data, error);
    for (const fs::directory_iterator end; !error && at != end; at.increment(error)) {
        const auto name = at->path().filename().native();
        if (name == "lock" || name == "lost+found") continue;
        if (was_left && name == kStaging) continue;
        if (was_moving && (name == "blobs" || name == kKeyFile)) continue;
        return fail(Fault::conflict, fmt::format("{} is not empty: it contains {}; restore needs "
                                                 "a missing or an empty folder",
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
