#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "photo/catalog.h"

namespace cameo::app {

// The catalog of a database that nobody else uses: a copy on its way into or out of a backup. Only
// to read.
Result<std::shared_ptr<photo::Catalog>> open_catalog_copy(const std::filesystem::path& file);

// As open_catalog_copy, for a catalog that comes out of a backup: checked first, as
// store::sqlite::check_catalog, and brought up to this program's schema.
Result<std::shared_ptr<photo::Catalog>> open_restored_catalog(const std::filesystem::path& file);

}  // namespace cameo::app
