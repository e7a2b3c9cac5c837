#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "base/descriptor.h"
#include "base/whole_file.h"
#include "transfer/backup_target.h"
#include "transfer/files.h"

namespace cameo::transfer {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kMode = 0600;

// A newer file on its way to its name. In between, the manifest that fits the catalog is the newer
// one: restore looks at both.
fs::path next(const fs::path& file) { return file.native() + ".new"; }

bool may_be_in_a_backup(const std::string& name) {
    for (const auto known : {kCatalogFile, kKeyFile, kManifestFile})
        if (name == known || name == next(known).native() || name == fmt::format(".{}.part", known))
            return true;
    return name == "blobs" || name == ".manifest.json.new.part" || name == "lost+found" ||
           name.starts_with("catalog.db.new-");  // SQLite's journal of a copy that was cut off
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
    std::vector<std::string> damaged_;  // keys of blobs that the earlier backup knew to be damaged
};

}  // namespace

Result<std::unique_ptr<BackupTarget>> open_folder_target(const fs::path& folder) {
    if (auto made = make_private_folders(folder); !made)
        return std::unexpected(std::move(made.error()));
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (!may_be_in_a_backup(at->path().filename().native()))
            return fail(Fault::conflict,
                        fmt::format("{} is no backup: it holds {}; choose an empty folder",
                                    folder.native(), at->path().filename().native()));
    Descriptor lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock.is_open() || error) return std::unexpected(system_error("cannot read", folder));
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0)
        return fail(Fault::conflict, fmt::format("another process is backing up to {}; wait for it",
                                                 folder.native()));
    return std::make_unique<FolderTarget>(folder, std::move(lock));
}

}  // namespace cameo::transfer
