#include "transfer/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "base/descriptor.h"
#include "base/whole_file.h"
#include "transfer/backup_layout.h"
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
            if (archive_entry_filetype(entry) == AE_IFDIR) continue;  // made as they are needed
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
            return fail(Fault::malformed, fmt::format("{} is no backup: it holds '{}'",
                                                      file_.native(), name == nullptr ? "" : name));
        const auto file = into / *known;
        if (auto made = make_private_folders(file.parent_path()); !made) return made;
        Descriptor opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!opened.is_open() && errno == EEXIST)
            return fail(Fault::malformed,
                        fmt::format("{} is no backup: it holds '{}' twice", file_.native(), name));
        if (!opened.is_open()) return std::unexpected(system_error("cannot write", file));
        return copy_data(opened, file);
    }

    // By hand, and not archive_read_data_into_fd, to tell a full disk from a damaged archive.
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

// A backup that was cut off between its last two renames has the manifest of its catalog under the
// newer name.
Result<void> choose_manifest(const fs::path& folder, const fs::path& into) {
    const auto hash = sha256_of_file(into / kCatalogFile);
    if (!hash) return std::unexpected(hash.error());
    const auto newer = folder / fmt::format("{}.new", kManifestFile);
    const auto text = read_file(newer);
    const auto manifest = text ? parse_manifest(as_text(*text)) : fail(Fault::malformed, "");
    const bool fits = manifest && manifest->catalog_sha256 == *hash;
    return copy_one(fits ? newer : folder / kManifestFile, into / kManifestFile);
}

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
                        fmt::format("{} is no backup: it has no {}", folder.native(), name));
    for (const auto name : {kCatalogFile, kKeyFile})
        if (auto copied = copy_one(folder / name, into / name); !copied) return copied;
    if (auto chosen = choose_manifest(folder, into); !chosen) return chosen;
    fs::recursive_directory_iterator at(folder / "blobs", error);
    if (error == std::errc::no_such_file_or_directory) return {};  // of a store without photos
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

}  // namespace cameo::transfer
