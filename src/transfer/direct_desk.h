#pragma once

#include <stop_token>

#include "directory/store.h"
#include "photo/blob_store.h"
#include "photo/catalog.h"
#include "photo/photos.h"
#include "photo/sweep.h"
#include "transfer/photo_desk.h"

namespace cameo::transfer {

// The desk of the process that owns the data folder. Borrows everything.
class DirectDesk final : public PhotoDesk {
  public:
    struct Ports {
        directory::Store& directory;
        photo::Catalog& catalog;
        photo::BlobStore& blobs;
        photo::Photos& photos;
        photo::GcLock& gate;
    };

    DirectDesk(Ports ports, photo::UploadLimits limits) : ports_(ports), limits_(limits) {}

    const photo::UploadLimits& limits() const override { return limits_; }
    Result<photo::Photos::Put> put(const Placement& placement, ByteView upload) override;
    Result<void> remove(const OwnerKey& owner, const std::string& blob_key) override;
    Result<void> keep_blob(const std::string& key) override;
    Result<photo::Swept> remove_orphan_blobs() override;
    using PhotoDesk::hold_sweep;
    Result<std::unique_ptr<SweepHold>> hold_sweep(const photo::SweepLease& lease) override;

    // Ends a sweep under way, and every later one, at its next blob.
    void stop_sweeps() { stop_.request_stop(); }

  private:
    Ports ports_;
    photo::UploadLimits limits_;
    std::stop_source stop_;
};

}  // namespace cameo::transfer
