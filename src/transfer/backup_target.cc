#include "transfer/backup_target.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/ids.h"
#include "transfer/files.h"

namespace cameo::transfer {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kMode = 0600;

// A newer file before its rename. Between the renames, the manifest that fits the catalog is the
// newer one: restore reads both.
fs::path next(const fs::path& file) { return file.native() + ".new"; }

bool may_be_in_a_backup(const std::string& name) {
    for (const auto known : {kCatalogFile, kKeyFile, kManifestFile})
        if (name == known || name == next(known).native() || name == fmt::format(".{}.part", known))
            return true;
    return name == "blobs" || name == ".manifest.json.new.part" || name == "lost+found" ||
           name.starts_with("catalog.db.new-");  // SQLite's journal of an interrupted copy
}

class FolderTarget final : public BackupTarget {
  public:
    FolderTarget(fs::path folder, Descriptor lock)
        : folder_(std::move(folder)), lock_(std::move(lock)) {
        std::error_code ignored;
        fs::remove(scratch(), ignored);
        const auto text = read_file(folder_ / kManifestFile);
        if (auto manifest = text ? parse_manifest(as_text(*text)) : fail(Fault::malformed, ""))
            damaged_ = std::move(manifest->damaged);
    }
    ~FolderTarget() override {
        std::error_code ignored;
        fs::remove(scratch(), ignored);
    }
    FolderTarget(const FolderTarget&) = delete;
    FolderTarget& operator=(const FolderTarget&) = delete;

    fs::path scratch() const override { return next(folder_ / kCatalogFile); }

    bool has_blob(const std::string& key, std::uint64_t length) const override {
        std::error_code error;
        return std::ranges::find(damaged_, key) == damaged_.end() &&
               fs::file_size(folder_ / blob_file(key), error) == length && !error;
    }

    Result<void> put_blob(const std::string& key, ByteView bytes) override {
        const auto file = folder_ / blob_file(key);
        if (auto made = make_private_folders(file.parent_path()); !made) return made;
        return write_file(file, bytes, kMode);
    }

    Result<void> finish(ByteView signing_key, const Manifest& manifest) override {
        const auto manifest_file = folder_ / kManifestFile;
        if (::chmod(scratch().c_str(), kMode) != 0)
            return std::unexpected(system_error("cannot change the mode of", scratch()));
        auto done = write_key(signing_key);
        if (done) done = write_file(next(manifest_file), as_bytes(to_json(manifest)), kMode);
        if (done) done = sync_file_system(folder_);
        if (done) done = rename_file(scratch(), folder_ / kCatalogFile);
        if (done) done = rename_file(next(manifest_file), manifest_file);
        if (done) done = sync_file_system(folder_);
        return done;
    }

    // The folder is a valid backup at every moment, so its key is never half written.
    Result<void> write_key(ByteView key) {
        const auto there = read_file(folder_ / kKeyFile);
        if (there && std::ranges::equal(*there, key)) return {};
        return write_file_durably(folder_ / kKeyFile, key, kMode);
    }

    Result<std::size_t> drop_blobs(
        const std::function<bool(const std::string&)>& is_named) override {
        std::vector<fs::path> stale;
        std::error_code error;
        fs::recursive_directory_iterator at(folder_ / "blobs", error);
        for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error))
            if (at->is_regular_file() && !is_named(at->path().stem().native()))
                stale.push_back(at->path());
        for (const auto& file : stale)
            if (::unlink(file.c_str()) != 0)
                return std::unexpected(system_error("cannot remove", file));
        return stale.size();
    }

  private:
    fs::path folder_;
    Descriptor lock_;
    std::vector<std::string> damaged_;  // keys of blobs that are damaged in the earlier backup
};

namespace fs = std::filesystem;

struct CloseArchive {
    void operator()(archive* writer) const { archive_write_free(writer); }
};
struct FreeEntry {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

// `.NAME.tar.<id>.part` holds the archive until it is complete, `.NAME.tar.<id>.part-catalog` the
// copy of the catalog. A process locks the first while it writes it; a file without a lock remains
// from a killed process.
class PartialFiles {
  public:
    explicit PartialFiles(const fs::path& file)
        : target_(file),
          folder_(file.has_parent_path() ? file.parent_path() : "."),
          prefix_(fmt::format(".{}.", file.filename().native())) {}

    fs::path folder() const { return folder_; }
    fs::path new_name() const {
        return folder_ / (prefix_ + random_hex128_lower() + std::string(kEnding));
    }

    std::unexpected<Error> in_use() const {
        return fail(Fault::conflict, fmt::format("another process is backing up to {}; wait for it",
                                                 target_.native()));
    }

    // Fault::conflict if another process is writing one; else removes the remaining files.
    Result<void> clear() const {
        const auto all = list();
        std::vector<Descriptor> locked;  // prevents a new backup until the files are removed
        for (const auto& file : all) {
            locked.emplace_back(
                ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
            if (locked.back().is_open() && ::flock(locked.back().number(), LOCK_EX | LOCK_NB) != 0)
                return in_use();
        }
        for (const auto& file : all) ::unlink(file.c_str());
        return {};
    }

  private:
    static constexpr std::string_view kEnding = ".part";

    std::vector<fs::path> list() const {
        std::vector<fs::path> found;
        std::error_code error;
        fs::directory_iterator at(folder_, error);
        for (const fs::directory_iterator end; !error && at != end; at.increment(error)) {
            const auto name = at->path().filename().native();
            if (name.starts_with(prefix_) &&
                name.find(kEnding, prefix_.size() - 1) != std::string::npos)
                found.push_back(at->path());
        }
        return found;
    }

    fs::path target_;
    fs::path folder_;
    std::string prefix_;
};

// The identity of the file with a name: nullopt if there is none.
struct Identity {
    dev_t device;
    ino_t number;
    bool operator==(const Identity&) const = default;
};
std::optional<Identity> identity_of(const fs::path& file) {
    struct stat about{};
    if (::lstat(file.c_str(), &about) != 0) return std::nullopt;
    return Identity{about.st_dev, about.st_ino};
}

class TarTarget final : public BackupTarget {
  public:
    explicit TarTarget(const fs::path& file)
        : file_(file), parts_(file), partial_(parts_.new_name()), replaced_(identity_of(file)) {}
    ~TarTarget() override {
        writer_.reset();
        if (!output_.is_open()) return;
        ::unlink(partial_.c_str());  // nothing has that name after finish
        ::unlink(scratch().c_str());
    }
    TarTarget(const TarTarget&) = delete;
    TarTarget& operator=(const TarTarget&) = delete;

    Result<void> open() {
        if (auto cleared = parts_.clear(); !cleared) return cleared;
        output_ =
            Descriptor(::open(partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!output_.is_open()) return std::unexpected(system_error("cannot write", partial_));
        // Another process that begins now may have removed it as a remaining file.
        if (::flock(output_.number(), LOCK_EX | LOCK_NB) != 0 || !identity_of(partial_))
            return parts_.in_use();
        writer_.reset(archive_write_new());
        archive_write_set_format_pax_restricted(writer_.get());
        archive_write_add_filter_none(writer_.get());  // JPEGs do not compress
        return check(archive_write_open_fd(writer_.get(), output_.number()));
    }

    fs::path scratch() const override { return partial_.native() + "-catalog"; }

    bool has_blob(const std::string&, std::uint64_t) const override { return false; }

    Result<void> put_blob(const std::string& key, ByteView bytes) override {
        return put(blob_file(key).native(), bytes);
    }

    // The manifest is last: an archive with a manifest is complete.
    Result<void> finish(ByteView signing_key, const Manifest& manifest) override {
        auto done = put_catalog();
        if (done) done = put(std::string(kKeyFile), signing_key);
        if (done) done = put(std::string(kManifestFile), as_bytes(to_json(manifest)));
        if (done) done = check(archive_write_close(writer_.get()));
        if (done && ::fsync(output_.number()) != 0)
            done = std::unexpected(system_error("cannot write", partial_));
        if (done) done = put_in_place();
        if (done) done = sync_folder(parts_.folder());
        return done;
    }

    Result<std::size_t> drop_blobs(const std::function<bool(const std::string&)>&) override {
        return 0;
    }

  private:
    // Replaces the backup that existed at the start, and no other file.
    Result<void> put_in_place() {
        const auto now = identity_of(file_);
        if (now && now == replaced_) return rename_file(partial_, file_);
        if (!now &&
            ::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, file_.c_str(), RENAME_NOREPLACE) == 0)
            return {};
        // The file system lacks that call, or lacks links, as NFS does.
        if (!now && errno == EINVAL && ::link(partial_.c_str(), file_.c_str()) == 0) return {};
        if (now || errno == EEXIST)
            return fail(Fault::conflict, fmt::format("another process has written {} meanwhile; "
                                                     "choose another name",
                                                     file_.native()));
        return std::unexpected(system_error("cannot write", file_));
    }

    Result<void> check(la_ssize_t status) {
        if (status >= ARCHIVE_OK) return {};
        const char* reason = archive_error_string(writer_.get());
        return fail(Fault::internal, fmt::format("cannot write {}: {}", partial_.native(),
                                                 reason == nullptr ? "unknown reason" : reason));
    }

    Result<void> begin(const std::string& name, std::uint64_t length) {
        const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
        archive_entry_set_pathname(entry.get(), name.c_str());
        archive_entry_set_size(entry.get(), static_cast<la_int64_t>(length));
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), 0600);
        archive_entry_set_mtime(entry.get(), std::chrono::system_clock::to_time_t(started_), 0);
        return check(archive_write_header(writer_.get(), entry.get()));
    }

    Result<void> append(ByteView bytes) {
        return check(archive_write_data(writer_.get(), bytes.data(), bytes.size()));
    }

    Result<void> put(const std::string& name, ByteView bytes) {
        if (auto begun = begin(name, bytes.size()); !begun) return begun;
        return append(bytes);
    }

    Result<void> put_catalog() {
        const Descriptor catalog(::open(scratch().c_str(), O_RDONLY | O_CLOEXEC));
        struct stat about{};
        if (!catalog.is_open() || ::fstat(catalog.number(), &about) != 0)
            return std::unexpected(system_error("cannot read", scratch()));
        auto done = begin(std::string(kCatalogFile), static_cast<std::uint64_t>(about.st_size));
        std::vector<std::uint8_t> chunk(1 << 20);
        while (done) {
            const auto got = ::read(catalog.number(), chunk.data(), chunk.size());
            if (got < 0) return std::unexpected(system_error("cannot read", scratch()));
            if (got == 0) break;
            done = append(ByteView(chunk).first(static_cast<std::size_t>(got)));
        }
        return done;
    }

    fs::path file_;
    PartialFiles parts_;
    fs::path partial_;
    std::optional<Identity> replaced_;
    Descriptor output_{-1};
    std::unique_ptr<archive, CloseArchive> writer_;
    std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
};

}  // namespace

Result<std::unique_ptr<BackupTarget>> open_folder_target(const fs::path& folder) {
    if (auto made = make_private_folders(folder); !made)
        return std::unexpected(std::move(made.error()));
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (!may_be_in_a_backup(at->path().filename().native()))
            return fail(Fault::conflict,
                        fmt::format("{} is not a backup: it contains {}; choose an empty folder",
                                    folder.native(), at->path().filename().native()));
    Descriptor lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock.is_open() || error) return std::unexpected(system_error("cannot read", folder));
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0)
        return fail(Fault::conflict, fmt::format("another process is backing up to {}; wait for it",
                                                 folder.native()));
    return std::make_unique<FolderTarget>(folder, std::move(lock));
}

Result<std::unique_ptr<BackupTarget>> open_tar_target(const fs::path& file) {
    auto target = std::make_unique<TarTarget>(file);
    if (auto opened = target->open(); !opened) return std::unexpected(std::move(opened.error()));
    return target;
}

}  // namespace cameo::transfer
