#include "app/opened_catalog.h"

#include <utility>

#include "store/sqlite/sqlite_backup.h"
#include "store/sqlite/sqlite_store.h"

namespace cameo::app {

Result<std::shared_ptr<photo::Catalog>> open_catalog_copy(const std::filesystem::path& file) {
    using store::sqlite::SqliteStore;
    auto opened = SqliteStore::open(file, SqliteStore::Open::read_only);
    if (!opened) return std::unexpected(std::move(opened.error()));
    const std::shared_ptr<SqliteStore> database = std::move(*opened);
    return std::shared_ptr<photo::Catalog>(database, &database->catalog());
}

Result<std::shared_ptr<photo::Catalog>> open_restored_catalog(const std::filesystem::path& file) {
    using store::sqlite::SqliteStore;
    if (auto checked = store::sqlite::check_catalog(file); !checked)
        return std::unexpected(std::move(checked.error()));
    if (auto migrated = SqliteStore::open(file, SqliteStore::Open::read_write); !migrated)
        return std::unexpected(std::move(migrated.error()));
    return open_catalog_copy(file);
}

}  // namespace cameo::app
