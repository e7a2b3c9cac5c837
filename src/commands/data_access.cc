#include "commands/data_access.h"

#include <fmt/format.h>

#include <system_error>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "control/remote_photo_service.h"
#include "image_worker/worker_renderer.h"
#include "ops/log.h"
#include "photo/photos.h"
#include "server/data_folder.h"
#include "transfer/photo_service.h"

namespace cameo::commands {
namespace {

namespace fs = std::filesystem;

// A server takes the lock of the folder first and listens a little later.
constexpr std::chrono::milliseconds kServerStart{3'000};
constexpr std::chrono::milliseconds kRetryInterval{100};

class OwnedData final : public DataAccess {
  public:
    OwnedData(const config::Config& config, server::DataFolder folder)
        : folder_(std::move(folder)),
          renderer_(config.image, config.limits),
          gc_lock_(folder_.database->catalog(), clock_),
          // Nothing is read again, so nothing is cached.
          photos_(folder_.database->catalog(), *folder_.blobs, gc_lock_, renderer_, clock_,
                  [](const photo::Photo&, const photo::Rendition&) { return std::string(); },
                  {.rendition_cache_bytes = 0,
                   .photo_cache_entries = 0,
                   .former_photo_days = config.photo_cache.former_photo_days}),
          photo_service_({folder_.database->directory(), folder_.database->catalog(),
                          *folder_.blobs, photos_, gc_lock_},
                         config.limits) {}

    directory::Store& directory() override { return folder_.database->directory(); }
    photo::Catalog& catalog() override { return folder_.database->catalog(); }
    photo::BlobStore& blobs() override { return *folder_.blobs; }
    transfer::PhotoService& photo_service() override { return photo_service_; }
    const std::vector<directory::Tenant>& tenants() const override { return folder_.tenants; }
    bool is_served() const override { return false; }

  private:
    SystemClock clock_;
    server::DataFolder folder_;
    image_worker::WorkerRenderer renderer_;
    photo::GcLock gc_lock_;
    photo::Photos photos_;
    transfer::LocalPhotoService photo_service_;
};

class ReadData final : public DataAccess {
  public:
    static Result<std::unique_ptr<DataAccess>> open(
        const fs::path& data, std::unique_ptr<control::RemotePhotoService> service) {
        auto folder = server::read_data_folder(data);
        if (!folder) return std::unexpected(std::move(folder.error()));
        // Before the blob store, which creates its folder.
        if (auto has = server::check_has_blobs(data, folder->database->catalog()); !has)
            return std::unexpected(std::move(has.error()));
        return std::make_unique<ReadData>(data, std::move(*folder), std::move(service));
    }

    ReadData(const fs::path& data, server::IssuerFolder folder,
             std::unique_ptr<control::RemotePhotoService> service)
        : folder_(std::move(folder)), blobs_(data / "blobs"), photo_service_(std::move(service)) {}

    directory::Store& directory() override { return folder_.database->directory(); }
    photo::Catalog& catalog() override { return folder_.database->catalog(); }
    photo::BlobStore& blobs() override { return blobs_; }
    transfer::PhotoService& photo_service() override { return *photo_service_; }
    const std::vector<directory::Tenant>& tenants() const override { return folder_.tenants; }
    bool is_served() const override { return photo_service_ != nullptr; }

  private:
    server::IssuerFolder folder_;
    store::files::FileBlobStore blobs_;
    std::unique_ptr<control::RemotePhotoService> photo_service_;
};

Result<std::unique_ptr<control::RemotePhotoService>> find_server(const fs::path& data,
                                                                 const Error& in_use) {
    const auto deadline = deadline_in(kServerStart);
    while (true) {
        auto service = control::RemotePhotoService::connect(data);
        if (service) return std::move(*service);
        if (has_passed(deadline) || service.error().fault != Fault::busy)
            return fail(Fault::conflict,
                        fmt::format("{} It does not accept this command ({}). If it is a server, "
                                    "stop it; if it is another command, wait for its end.",
                                    in_use.detail, service.error().detail));
        std::this_thread::sleep_for(kRetryInterval);
    }
}

// For root and users other than the owner of the folder.
Result<std::unique_ptr<control::RemotePhotoService>> server_of_other(const fs::path& data,
                                                                     const Error& not_own) {
    auto service = control::RemotePhotoService::connect(data);
    if (service) return std::move(*service);
    if (service.error().nothing_listens) return std::unexpected(not_own);
    return fail(not_own.fault, fmt::format("{} ({})", not_own.detail, service.error().detail));
}

}  // namespace

Result<void> DataAccess::check_is_data(const fs::path& data) {
    return server::check_has_catalog(data);
}

Result<std::unique_ptr<DataAccess>> DataAccess::open(const fs::path& data,
                                                     const config::Config& config) {
    if (auto is_data = check_is_data(data); !is_data)
        return std::unexpected(std::move(is_data.error()));
    auto own = server::check_is_own(data);
    if (!own) own.error().detail += ", or start the server and run it again";
    auto owned = own ? server::open_data_folder(data)
                     : Result<server::DataFolder>(std::unexpected(own.error()));
    if (owned) return std::make_unique<OwnedData>(config, std::move(*owned));
    if (owned.error().fault != Fault::conflict) return std::unexpected(std::move(owned.error()));
    auto service = own ? find_server(data, owned.error()) : server_of_other(data, own.error());
    if (!service) return std::unexpected(std::move(service.error()));
    return ReadData::open(data, std::move(*service));
}

Result<std::unique_ptr<DataAccess>> DataAccess::open_to_read(const fs::path& data) {
    return ReadData::open(data, nullptr);
}

Result<directory::User> find_person(directory::Store& store, const std::string& tenant,
                                    const std::string& name) {
    constexpr std::chrono::seconds kStoreTime{30};
    auto user = store.users().find(tenant, name, deadline_in(kStoreTime));
    if (user && !*user) user = store.user_by_name(tenant, name, deadline_in(kStoreTime));
    if (!user) return std::unexpected(std::move(user.error()));
    if (!*user) return fail(Fault::no_owner, fmt::format("There is no person '{}'.", name));
    return **std::move(user);
}

Result<config::Config> command_config(const fs::path& file, bool no_sandbox) {
    auto config =
        file.empty() ? Result<config::Config>(config::Config{}) : config::load_config(file);
    if (config) complete_worker_settings(*config, no_sandbox);
    return config;
}

void complete_worker_settings(config::Config& config, bool no_sandbox) {
    std::error_code error;
    if (config.image.program.empty())
        config.image.program =
            fs::read_symlink("/proc/self/exe", error).replace_filename("cameo-image-worker");
    if (no_sandbox) config.image.process.sandbox = image_worker::Sandbox::off;
    config.image.process.log = ops::log_error;
}

}  // namespace cameo::commands
