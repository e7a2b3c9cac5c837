#include "app/data_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/clock.h"

namespace cameo::app {
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

Result<access::SigningKey> load_or_create_key(const fs::path& folder) {
    std::error_code error;
    if (fs::exists(key_file(folder), error)) return access::SigningKey::load(key_file(folder));
    return access::SigningKey::create(key_file(folder));
}

}  // namespace

Result<DataFolder> open_data_folder(const fs::path& folder,
                                    std::span<const TenantSettings> configured) {
    if (auto made = make_folder(folder); !made) return std::unexpected(std::move(made.error()));
    auto lock = store::files::FolderLock::take(folder);
    if (!lock) return std::unexpected(std::move(lock.error()));
    auto database = SqliteStore::open(database_file(folder), SqliteStore::Open::read_write);
    if (!database) return std::unexpected(std::move(database.error()));
    auto key = load_or_create_key(folder);
    if (!key) return std::unexpected(std::move(key.error()));
    auto tenants = settle_tenants((*database)->directory(), configured, deadline_in(kStoreTime));
    if (!tenants) return std::unexpected(std::move(tenants.error()));
    auto blobs = std::make_unique<store::files::FileBlobStore>(folder / "blobs");
    return DataFolder{.lock = std::move(*lock),
                      .database = std::move(*database),
                      .blobs = std::move(blobs),
                      .key = std::move(*key),
                      .tenants = std::move(*tenants)};
}

Result<IssuerFolder> read_data_folder(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(database_file(folder), error))
        return fail(Fault::internal,
                    fmt::format("{0} is not a data folder yet: start 'cameo serve --data {0}' once",
                                folder.string()));
    auto database = SqliteStore::open(database_file(folder), SqliteStore::Open::read_only);
    if (!database) return std::unexpected(std::move(database.error()));
    auto key = access::SigningKey::load(key_file(folder));
    if (!key) return std::unexpected(std::move(key.error()));
    auto tenants = (*database)->directory().tenants(deadline_in(kStoreTime));
    if (!tenants) return std::unexpected(std::move(tenants.error()));
    return IssuerFolder{std::move(*database), std::move(*key), std::move(*tenants)};
}

}  // namespace cameo::app
