#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "control/calls.h"
#include "fetch/unix_client.h"
#include "transfer/photo_service.h"

namespace cameo::control {

struct ConnectError : Error {
    bool nothing_listens = false;
};

// The photo service of the server that runs on a data folder, through its control socket.
// Thread-safe: each concurrent call uses its own connection. If the server ends,
// calls fail with Fault::internal, and renew_lease with Fault::busy. Fault::busy if the server
// closes a new connection without an answer; Fault::outcome_unknown if no answer comes in time.
class RemotePhotoService final : public transfer::PhotoService {
  public:
    // Fault::busy if no server listens there or it rejects this process; Fault::malformed if
    // it is of another version.
    static std::expected<std::unique_ptr<RemotePhotoService>, ConnectError> connect(
        const std::filesystem::path& data);

    // `call_time` is for a call that neither takes a lease nor lists all blobs.
    explicit RemotePhotoService(const std::filesystem::path& data,
                                std::chrono::milliseconds call_time = fetch::UnixRequest{}.timeout)
        : client_(socket_file(data)), call_time_(call_time) {}

    const photo::UploadLimits& limits() const override { return info_.limits; }
    Result<photo::Photos::Put> put(const transfer::PutRequest& request, ByteView upload) override;
    Result<void> remove(const OwnerKey& owner, const std::string& blob_key) override;
    Result<void> erase(const OwnerKey& owner) override;
    Result<void> keep_blob(const std::string& key) override;
    Result<photo::Swept> remove_orphan_blobs() override;
    Result<void> take_lease(const std::string& id) override;
    Result<void> renew_lease(const std::string& id) override;
    Result<void> end_lease(const std::string& id) override;

    // Not of a photo: a one-time code for the web page of the server.
    Result<SignInCode> make_sign_in_code(const access::SignIn::Grant& grant);

  private:
    Result<std::string> send(const Call& call, ByteView body = {});
    Result<void> send_for_nothing(const Call& call);

    std::chrono::milliseconds timeout_of(const Call& call) const;

    fetch::UnixClient client_;
    const std::chrono::milliseconds call_time_;
    ServerInfo info_;
};

}  // namespace cameo::control
