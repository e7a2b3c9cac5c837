#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "directory/objects.h"
#include "directory/store.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "transfer/photo_service.h"

namespace cameo::commands {

// A command's access to a data folder. This process reads the stores itself. Changes, and the lease
// that keeps blobs from being deleted, use the photo service: a local one if this process owns the
// folder, else that of the server that runs on it. Thread-safe.
class DataAccess {
  public:
    // Takes ownership of the folder if no process owns it, else connects to its server.
    // Fault::conflict, with advice, if its owner does not answer or the folder belongs to another
    // user; Fault::internal if it is not a data folder.
    static Result<std::unique_ptr<DataAccess>> open(const std::filesystem::path& data,
                                                    const config::Config& config);

    // Opens the folder read-only, with any owner and without a photo service.
    static Result<std::unique_ptr<DataAccess>> open_to_read(const std::filesystem::path& data);

    // Fault::internal, with advice, if it is not a data folder.
    static Result<void> check_is_data(const std::filesystem::path& data);

    virtual ~DataAccess() = default;

    virtual directory::Store& directory() = 0;
    virtual photo::Catalog& catalog() = 0;
    virtual photo::BlobStore& blobs() = 0;
    virtual transfer::PhotoService& photo_service() = 0;  // REQUIRES: not open_to_read
    virtual const std::vector<directory::Tenant>& tenants() const = 0;
    virtual bool is_served() const = 0;  // photo_service() is that of a running server
};

// The person with that userPrincipalName or id. Fault::no_owner, with a sentence, if there is none.
Result<directory::User> find_person(directory::Store& store, const std::string& tenant,
                                    const std::string& name);

// The settings for a command: those of the file, or the defaults.
Result<config::Config> command_config(const std::filesystem::path& file, bool no_sandbox = false);

// The settings of the image workers that are not in the file. Their program is in the folder of
// this one; their standard error is logged.
void complete_worker_settings(config::Config& config, bool no_sandbox);

}  // namespace cameo::commands
