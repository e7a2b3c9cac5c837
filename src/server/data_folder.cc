#include "server/data_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/file.h"
#include "ops/log.h"
#include "transfer/restore.h"

namespace cameo::server {
namespace {

namespace fs = std::filesystem;
using store::sqlite::SqliteStore;

constexpr std::chrono::seconds kStoreTime{10};

Result<void> make_folder(const fs::path& folder) {
    std::error_code error;
    if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) {
        if (fs::is_directory(folder, error)) return {};
        return fail(Fault::internal, fmt::format("{} is not a folder", folder.string()));
    }
    return fail(Fault::internal, fmt::format("cannot make the data folder {}: {}", folder.string(),
                                             std::strerror(errno)));
}

fs::path key_file(const fs::path& folder) { return folder / "signing-key.pem"; }
fs::path database_file(const fs::path& folder) { return folder / "catalog.db"; }

Result<access::SigningKey> load_or_create_key(const fs::path& folder, bool is_new) {
    const auto has_key = is_there(key_file(folder));
    if (!has_key) return std::unexpected(has_key.error());
    if (*has_key) return access::SigningKey::load(key_file(folder));
    if (!is_new)
        ops::log_error(fmt::format(
            "{} is missing: a new key is made, and no token that was issued before is valid. If a "
            "backup has the old key, stop, put it back, and do not back up to that backup before",
            key_file(folder).string()));
    return access::SigningKey::create(key_file(folder));
}

// A restore that was interrupted after its last step leaves its folder behind; a later restore
// would continue in this data folder.
void remove_remains_of_restore(const fs::path& folder) {
    std::error_code ignored;
    fs::remove_all(folder / transfer::kRestoreFolder, ignored);
}

// A file system that is not mounted leaves an empty folder in its place.
bool has_folders_of_blobs(const fs::path& blobs) {
    std::error_code error;
    fs::directory_iterator at(blobs, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
        const auto name = at->path().filename().native();
        if (name.size() == 2 || name == "lost") return true;
    }
    return false;
}

// An empty file is not a catalog: SQLite would make a new one of it.
Result<bool> has_catalog(const fs::path& folder) {
    std::error_code error;
    const auto size = fs::file_size(database_file(folder), error);
    if (!error) return size > 0;
    if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory)
        return false;
    return fail(Fault::internal,
                fmt::format("cannot read {}: {}", database_file(folder).string(), error.message()));
}

// A folder that cannot be read may hold blobs.
bool may_hold_blobs(const fs::path& folder) {
    std::error_code error;
    fs::recursive_directory_iterator entry(folder, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error))
        if (entry->path().extension() == ".blob") return true;
    return error && error != std::errc::no_such_file_or_directory;
}

bool may_hold_data(const fs::path& folder) {
    return is_there(key_file(folder)).value_or(true) || may_hold_blobs(folder / "blobs");
}

Error catalog_is_missing(const fs::path& folder) {
    return {Fault::internal,
            fmt::format("{0} holds photos or a signing key, but its catalog.db is missing: put it "
                        "back, or restore a backup with 'cameo restore'. To give up every photo, "
                        "person and group of this folder, start 'cameo serve --data {0} "
                        "--new-catalog' once",
                        folder.string())};
}

// Whether the catalog has to be made, and may be.
Result<bool> needs_catalog(const fs::path& folder, NewCatalog new_catalog) {
    const auto found = has_catalog(folder);
    if (!found) return std::unexpected(found.error());
    if (*found) {
        if (new_catalog == NewCatalog::no) return false;
        return fail(Fault::internal, fmt::format("{} has a catalog.db: start without --new-catalog",
                                                 folder.string()));
    }
    if (new_catalog == NewCatalog::yes || !may_hold_data(folder)) return true;
    return std::unexpected(catalog_is_missing(folder));
}

}  // namespace

Result<void> check_is_own(const fs::path& folder) {
    struct stat about{};
    if (::stat(folder.c_str(), &about) != 0 || about.st_uid == ::geteuid()) return {};
    // A volume that belongs to root and that its group may write, as with Kubernetes' fsGroup.
    if (::geteuid() != 0 && ::access(folder.c_str(), W_OK | X_OK) == 0) return {};
    return fail(
        Fault::conflict,
        fmt::format("the data folder {0} belongs to user {1}, and this is user {2}: run the "
                    "command as that user (sudo -u '#{1}' cameo ...)",
                    folder.native(), about.st_uid, ::geteuid()));
}

Result<void> check_has_catalog(const fs::path& folder) {
    const auto found = has_catalog(folder);
    if (!found) return std::unexpected(found.error());
    if (*found) return {};
    if (may_hold_data(folder)) return std::unexpected(catalog_is_missing(folder));
    return fail(Fault::internal,
                fmt::format("{0} is not a data folder yet: start 'cameo serve --data {0}' once",
                            folder.string()));
}

Result<void> check_has_blobs(const fs::path& folder, photo::Catalog& catalog) {
    std::error_code error;
    if (fs::exists(folder / "blobs", error)) return {};
    return check_blobs_are_mounted(folder, catalog);
}

Result<void> check_blobs_are_mounted(const fs::path& folder, photo::Catalog& catalog) {
    if (has_folders_of_blobs(folder / "blobs")) return {};
    const auto photos = catalog.list(std::nullopt, 1, deadline_in(kStoreTime));
    if (!photos) return std::unexpected(photos.error());
    const auto former = catalog.list_former("", 1, deadline_in(kStoreTime));
    if (!former) return std::unexpected(former.error());
    if (photos->empty() && former->empty()) return {};
    return fail(Fault::internal,
                fmt::format("the bytes of every photo are missing: {0}/blobs is missing or empty. "
                            "Mount its file system, or restore a backup with 'cameo restore'. "
                            "If they are lost for good, make a folder of blobs (mkdir -p -m 700 "
                            "{0}/blobs/00)",
                            folder.string()));
}

Result<DataFolder> open_data_folder(const fs::path& folder,
                                    std::span<const config::TenantSettings> configured,
                                    NewCatalog new_catalog) {
    if (auto made = make_folder(folder); !made) return std::unexpected(std::move(made.error()));
    auto lock = store::files::FolderLock::take(folder);
    if (!lock) return std::unexpected(std::move(lock.error()));
    const auto is_new = needs_catalog(folder, new_catalog);
    if (!is_new) return std::unexpected(is_new.error());
    if (!*is_new) remove_remains_of_restore(folder);
    auto database = SqliteStore::open(database_file(folder), SqliteStore::Open::read_write);
    if (!database) return std::unexpected(std::move(database.error()));
    if (auto has_blobs = check_has_blobs(folder, (*database)->catalog()); !has_blobs)
        return std::unexpected(std::move(has_blobs.error()));
    auto key = load_or_create_key(folder, *is_new);
    if (!key) return std::unexpected(std::move(key.error()));
    auto tenants =
        synchronize_tenants((*database)->directory(), configured, deadline_in(kStoreTime));
    if (!tenants) return std::unexpected(std::move(tenants.error()));
    auto blobs = std::make_unique<store::files::FileBlobStore>(folder / "blobs");
    return DataFolder{.lock = std::move(*lock),
                      .database = std::move(*database),
                      .blobs = std::move(blobs),
                      .key = std::move(*key),
                      .tenants = std::move(*tenants)};
}

Result<IssuerFolder> read_data_folder(const fs::path& folder) {
    if (auto has_catalog = check_has_catalog(folder); !has_catalog)
        return std::unexpected(std::move(has_catalog.error()));
    auto database = SqliteStore::open(database_file(folder), SqliteStore::Open::read_only);
    if (!database) return std::unexpected(std::move(database.error()));
    auto key = access::SigningKey::load(key_file(folder));
    if (!key) return std::unexpected(std::move(key.error()));
    auto tenants = (*database)->directory().tenants(deadline_in(kStoreTime));
    if (!tenants) return std::unexpected(std::move(tenants.error()));
    return IssuerFolder{std::move(*database), std::move(*key), std::move(*tenants)};
}

}  // namespace cameo::server
