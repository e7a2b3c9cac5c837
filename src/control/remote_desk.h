#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "control/protocol.h"
#include "control/stream.h"
#include "transfer/photo_desk.h"

namespace cameo::control {

// The desk of the server that runs on a data folder, through its control socket. Thread-safe: each
// call has a connection to itself. Where the server ends, calls fail with Fault::internal.
class RemoteDesk final : public transfer::PhotoDesk {
  public:
    // Fault::busy where no server listens there; Fault::malformed where it is of another version's
    // protocol.
    static Result<std::unique_ptr<RemoteDesk>> connect(const std::filesystem::path& data);

    const photo::UploadLimits& limits() const override { return greeting_.limits; }
    Result<photo::Photos::Put> put(const transfer::Placement& placement, ByteView upload) override;
    Result<void> remove(const OwnerKey& owner, const std::string& blob_key) override;
    Result<void> keep_blob(const std::string& key) override;
    Result<photo::Swept> remove_orphan_blobs() override;
    using PhotoDesk::hold_sweep;
    // REQUIRES: this outlives the hold.
    Result<std::unique_ptr<SweepHold>> hold_sweep(const photo::SweepLease& lease) override;

  private:
    RemoteDesk(std::filesystem::path data, Greeting greeting, Stream stream);
    class RemoteHold;
    Result<Stream> open() const;
    Result<Stream> borrow();
    Result<Reply> ask(const Request& request, ByteView bytes = {});

    std::filesystem::path data_;
    Greeting greeting_;
    std::mutex mutex_;
    std::vector<Stream> idle_;
};

}  // namespace cameo::control
