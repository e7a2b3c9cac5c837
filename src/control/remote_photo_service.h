#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "control/calls.h"
#include "fetch/unix_client.h"
#include "transfer/photo_service.h"

namespace cameo::control {

// The photo service of the server that runs on a data folder, through its control socket.
// Thread-safe: each call that is under way has a connection of its own. Where the server ends,
// calls fail with Fault::internal, and renew_lease with Fault::busy.
class RemotePhotoService final : public transfer::PhotoService {
  public:
    // Fault::busy where no server listens there or it rejects this process; Fault::malformed where
    // it is of another version.
    static Result<std::unique_ptr<RemotePhotoService>> connect(const std::filesystem::path& data);

    explicit RemotePhotoService(const std::filesystem::path& data) : client_(socket_file(data)) {}

    const photo::UploadLimits& limits() const override { return info_.limits; }
    Result<photo::Photos::Put> put(const transfer::PutRequest& request, ByteView upload) override;
    Result<void> remove(const OwnerKey& owner, const std::string& blob_key) override;
    Result<void> keep_blob(const std::string& key) override;
    Result<photo::Swept> remove_orphan_blobs() override;
    Result<void> take_lease(const std::string& id) override;
    Result<void> renew_lease(const std::string& id) override;
    Result<void> end_lease(const std::string& id) override;

  private:
    Result<std::string> send(const Call& call, ByteView body = {});
    Result<void> send_for_nothing(const Call& call);

    fetch::UnixClient client_;
    ServerInfo info_;
};

}  // namespace cameo::control
