#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/bytes.h"
#include "base/owner.h"
#include "base/result.h"
#include "directory/store.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "photo/image_renderer.h"
#include "photo/photos.h"
#include "photo/sweep.h"

namespace cameo::transfer {

// A photo for an owner.
struct PutRequest {
    OwnerKey owner;
    PhotoStorage storage = PhotoStorage::mailbox;
    std::string source;                   // as Origin::source
    std::optional<photo::Crop> crop;      // as Upload::crop
    std::optional<std::string> replaces;  // only if the current photo is in this blob
};

// Changes the photos of a data folder. Implementations: LocalPhotoService, in the process that owns
// the folder, and control/remote_photo_service.h, which calls that process. Thread-safe; blocks.
class PhotoService {
  public:
    virtual ~PhotoService() = default;

    virtual const photo::UploadLimits& limits() const = 0;

    // As photo::Photos::put; Fault::no_owner if there is no such owner.
    virtual Result<photo::Photos::Put> put(const PutRequest& request, ByteView upload) = 0;

    // Removes the photo in that blob, whether or not its owner exists. Fault::no_photo and
    // Fault::precondition_failed as photo::Photos::remove.
    virtual Result<void> remove(const OwnerKey& owner, const std::string& blob_key) = 0;

    // Removes a blob from the list of blobs that the sweep will delete, and moves it back from
    // blobs/lost.
    virtual Result<void> keep_blob(const std::string& key) = 0;

    // As photo::sweep_orphans, with its usual grace period. Fault::busy while there is a lease, and
    // if the process that owns the folder ends during the call.
    virtual Result<photo::Swept> remove_orphan_blobs() = 0;

    // As photo::GcLock: no blob is deleted while there is a lease. Fault::busy if the result of a
    // renewal is unknown, because the server has ended and no other has started.
    virtual Result<void> take_lease(const std::string& id) = 0;
    virtual Result<void> renew_lease(const std::string& id) = 0;
    virtual Result<void> end_lease(const std::string& id) = 0;
};

// A lease that its own thread renews; no blob is deleted while this exists. It survives a restart
// of the server if the next one starts before the lease ends.
class GcLease {
  public:
    // Takes a new lease. Faults of the service, which is borrowed.
    static Result<std::unique_ptr<GcLease>> take(PhotoService& service);

    GcLease(PhotoService& service, std::string id, std::chrono::milliseconds renewal_interval);
    ~GcLease();  // ends the lease
    GcLease(const GcLease&) = delete;
    GcLease& operator=(const GcLease&) = delete;

    // Renews the lease now. Fault::conflict if it was lost, so that blobs may have been deleted;
    // Fault::busy as PhotoService::renew_lease.
    Result<void> confirm();

    // Whether a renewal found that the lease was lost. Does no I/O.
    bool is_lost() const { return is_lost_; }

  private:
    void renew_until(const std::stop_token& stop);

    PhotoService& service_;
    const std::string id_;
    const std::chrono::milliseconds renewal_interval_;
    std::atomic<bool> is_lost_ = false;
    std::mutex mutex_;
    std::condition_variable_any ended_;
    std::jthread thread_;  // last: it uses all the others
};

// The service of the process that owns the data folder. Borrows everything.
class LocalPhotoService final : public PhotoService {
  public:
    struct Ports {
        directory::Store& directory;
        photo::Catalog& catalog;
        photo::BlobStore& blobs;
        photo::Photos& photos;
        photo::GcLock& gc_lock;
    };

    LocalPhotoService(Ports ports, photo::UploadLimits limits) : ports_(ports), limits_(limits) {}

    const photo::UploadLimits& limits() const override { return limits_; }
    Result<photo::Photos::Put> put(const PutRequest& request, ByteView upload) override;
    Result<void> remove(const OwnerKey& owner, const std::string& blob_key) override;
    Result<void> keep_blob(const std::string& key) override;
    Result<photo::Swept> remove_orphan_blobs() override;
    Result<void> take_lease(const std::string& id) override {
        return ports_.gc_lock.take_lease(id);
    }
    Result<void> renew_lease(const std::string& id) override {
        return ports_.gc_lock.renew_lease(id);
    }
    Result<void> end_lease(const std::string& id) override { return ports_.gc_lock.end_lease(id); }

    // Stops the current sweep, and every later one, at its next blob.
    void stop_sweeps() { stop_.request_stop(); }

  private:
    Ports ports_;
    photo::UploadLimits limits_;
    std::stop_source stop_;
};

}  // namespace cameo::transfer
