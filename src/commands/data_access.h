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

// A data folder as a command uses it. Reading is done in this process; what changes anything, or
// wants every blob to stay, goes to the desk: of this process, which then owns the folder, or of
// the server that runs on it. Thread-safe.
class DataAccess {
  public:
    // Owns the folder where nobody does, else speaks to its server. Fault::conflict, with what to
    // do, where somebody owns it who does not answer, or where the folder is another user's;
    // Fault::internal where it is no data folder.
    static Result<std::unique_ptr<DataAccess>> open(const std::filesystem::path& data,
                                                    const config::Config& config);

    // Only to read, whoever owns it: has no desk.
    static Result<std::unique_ptr<DataAccess>> open_to_read(const std::filesystem::path& data);

    // Fault::internal, with what to do, where it is no data folder.
    static Result<void> check_is_data(const std::filesystem::path& data);

    virtual ~DataAccess() = default;

    virtual directory::Store& directory() = 0;
    virtual photo::Catalog& catalog() = 0;
    virtual photo::BlobStore& blobs() = 0;
    virtual transfer::PhotoService& photo_service() = 0;  // REQUIRES: not open_to_read
    virtual const std::vector<directory::Tenant>& tenants() const = 0;
    virtual bool is_served() const = 0;  // the desk is a running server's
};

// The settings for a command: those of the file, or the defaults.
Result<config::Config> command_config(const std::filesystem::path& file, bool no_sandbox = false);

// What the file does not say of the image workers: their program lies beside this one, and what
// they write to standard error goes to the log.
void complete_worker_settings(config::Config& config, bool no_sandbox);

}  // namespace cameo::commands
