#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "access/builtin_issuer.h"
#include "base/result.h"
#include "directory/objects.h"
#include "server/tenants.h"
#include "store/files/file_blob_store.h"
#include "store/files/folder_lock.h"
#include "store/sqlite/sqlite_store.h"

namespace cameo::server {

// A data folder that this process owns, and its content: docs/storage.md.
struct DataFolder {
    store::files::FolderLock lock;
    std::unique_ptr<store::sqlite::SqliteStore> database;
    std::unique_ptr<store::files::FileBlobStore> blobs;
    access::SigningKey key;
    std::vector<directory::Tenant> tenants;  // never empty; from synchronize_tenants
};

// Whether a new catalog may be made in a folder that has blobs or a signing key. The new catalog
// has none of their photos.
enum class NewCatalog : bool { no, yes };

// Locks the folder for this process. Makes the missing parts: the folder, the database, the tenant
// `default` or the configured tenants, the signing key. Fault::conflict if another process
// has it; Fault::internal, with advice, if the database is missing although other data exists (or
// exists with NewCatalog::yes), and as check_has_blobs; faults of synchronize_tenants.
Result<DataFolder> open_data_folder(const std::filesystem::path& folder,
                                    std::span<const config::TenantSettings> configured = {},
                                    NewCatalog new_catalog = NewCatalog::no);

// Fault::conflict, with advice, if the folder exists and belongs to another user, because the
// server of that user cannot read files that this process makes in it. Succeeds if this user is not
// root and may write to the folder.
Result<void> check_is_own(const std::filesystem::path& folder);

// Fault::internal, with advice, if the folder has no database: it is new, or lost it.
Result<void> check_has_catalog(const std::filesystem::path& folder);

// Fault::internal, with advice, if the catalog has photos and there is no folder of blobs: probably
// a file system is not mounted.
Result<void> check_has_blobs(const std::filesystem::path& folder, photo::Catalog& catalog);

// The same, also if that folder is empty, as the mount point of an unmounted file system is. For a
// server, which would add photos to it.
Result<void> check_blobs_are_mounted(const std::filesystem::path& folder, photo::Catalog& catalog);

// For `cameo token`: works with a running server and changes nothing.
struct IssuerFolder {
    std::unique_ptr<store::sqlite::SqliteStore> database;
    access::SigningKey key;
    std::vector<directory::Tenant> tenants;
};

Result<IssuerFolder> read_data_folder(const std::filesystem::path& folder);

}  // namespace cameo::server
