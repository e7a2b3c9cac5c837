#include "app/opened_catalog.h"

#include <utility>

#include "store/sqlite/sqlite_store.h"

namespace cameo::app {

Result<std::shared_ptr<photo::Catalog>> open_catalog_copy(const std::filesystem::path& file) {
    using store::sqlite::SqliteStore;
    auto opened = SqliteStore::open(file, SqliteStore::Open::read_only);
    if (!opened) return std::unexpected(std::move(opened.error()));
    const std::shared_ptr<SqliteStore> database = std::move(*opened);
    return std::shared_ptr<photo::Catalog>(database, &database->catalog());
}

}  // namespace cameo::app
