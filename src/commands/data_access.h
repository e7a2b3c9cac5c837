#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "directory/store.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "transfer/photo_service.h"

namespace cameo::commands {

// A data folder as a command uses it. This process reads the stores itself. Changes, and the lease
// that keeps blobs from being deleted, go through the photo service: a local one, where this
// process owns the folder, or that of the server that runs on it. Thread-safe.
class DataAccess {
  public:
    // Takes the folder where no process owns it, else connects to its server. Fault::conflict, with
    // what to do, where its owner does not answer or the folder belongs to another user;
    // Fault::internal where it is not a data folder.
    static Result<std::unique_ptr<DataAccess>> open(const std::filesystem::path& data,
                                                    const config::Config& config);

    // Read-only, with any owner: there is no photo service.
    static Result<std::unique_ptr<DataAccess>> open_to_read(const std::filesystem::path& data);

    // Fault::internal, with what to do, where it is not a data folder.
    static Result<void> check_is_data(const std::filesystem::path& data);

    virtual ~DataAccess() = default;

    virtual directory::Store& directory() = 0;
    virtual photo::Catalog& catalog() = 0;
    virtual photo::BlobStore& blobs() = 0;
    virtual transfer::PhotoService& photo_service() = 0;  // REQUIRES: not open_to_read
    virtual const std::vector<directory::Tenant>& tenants() const = 0;
    virtual bool is_served() const = 0;  // photo_service() is that of a running server
};

// The settings for a command: those of the file, or the defaults.
Result<config::Config> command_config(const std::filesystem::path& file, bool no_sandbox = false);

// The settings of the image workers that are not in the file: their program is beside this one, and
// what they write to standard error goes to the log.
void complete_worker_settings(config::Config& config, bool no_sandbox);

}  // namespace cameo::commands
