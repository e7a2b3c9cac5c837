#include "control/remote_photo_service.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace cameo::control {
namespace {

// The server lists every blob, and there may be millions.
constexpr std::chrono::hours kSweepTime{4};

// A lease is taken after the batch that is being deleted, which takes a minute at most.
constexpr std::chrono::seconds kTakeLeaseTime{90};
constexpr std::chrono::seconds kLeaseCallTime{10};

ConnectError connect_error(const std::filesystem::path& data, const fetch::UnixError& error) {
    using enum fetch::UnixError::Kind;
    if (error.kind == not_http)
        return {{Fault::malformed,
                 "the server is of another version: use the command of the server's version"}};
    const std::string_view reason =
        error.kind == closed ? "the server closed the connection: it takes processes of its own "
                               "user and of root only, and not too many connections"
                             : std::string_view(error.detail);
    return {{Fault::busy, fmt::format("{}: {}", socket_file(data).native(), reason)},
            error.kind == nothing_listens};
}

Error call_error(const Call& call, const fetch::UnixRequest& request,
                 const fetch::UnixError& error) {
    if (error.kind == fetch::UnixError::Kind::closed)
        return {Fault::busy, "The server closed the connection without an answer. Try again."};
    if (error.kind != fetch::UnixError::Kind::timed_out)
        return {Fault::internal, "The server has ended. Run the command again to go on."};
    const auto* const consequence =
        std::holds_alternative<PutPhoto>(call) ? "; the photo may have been stored" : "";
    return {Fault::outcome_unknown,
            fmt::format("no answer in {} s{}",
                        std::chrono::duration_cast<std::chrono::seconds>(request.timeout).count(),
                        consequence)};
}

}  // namespace

std::expected<std::unique_ptr<RemotePhotoService>, ConnectError> RemotePhotoService::connect(
    const std::filesystem::path& data) {
    auto service = std::make_unique<RemotePhotoService>(data);
    const auto [method, target] = format_call(GetServer{});
    const auto response =
        service->client_.send({.method = method,
                               .target = target,
                               .field = fmt::format("{}: {}", kVersionField, kApiVersion)});
    if (!response) return std::unexpected(connect_error(data, response.error()));
    if (response->status != 200) return std::unexpected(ConnectError{parse_error(response->body)});
    auto info = parse_server_info(response->body);
    if (!info) return std::unexpected(ConnectError{std::move(info.error())});
    service->info_ = *std::move(info);
    return service;
}

std::chrono::milliseconds RemotePhotoService::timeout_of(const Call& call) const {
    if (std::holds_alternative<RemoveOrphans>(call)) return kSweepTime;
    if (std::holds_alternative<TakeLease>(call)) return kTakeLeaseTime;
    const bool is_lease =
        std::holds_alternative<RenewLease>(call) || std::holds_alternative<EndLease>(call);
    return is_lease ? kLeaseCallTime : call_time_;
}

// The body of a 200 or 204.
Result<std::string> RemotePhotoService::send(const Call& call, ByteView body) {
    auto [method, target] = format_call(call);
    const fetch::UnixRequest request{.method = std::move(method),
                                     .target = std::move(target),
                                     .field = fmt::format("{}: {}", kVersionField, kApiVersion),
                                     .body = body,
                                     .timeout = timeout_of(call)};
    auto response = client_.send(request);
    if (!response) return std::unexpected(call_error(call, request, response.error()));
    if (response->status >= 300) return std::unexpected(parse_error(response->body));
    return std::move(response->body);
}

Result<void> RemotePhotoService::send_for_nothing(const Call& call) {
    const auto body = send(call);
    if (!body) return std::unexpected(body.error());
    return {};
}

Result<photo::Photos::Put> RemotePhotoService::put(const transfer::PutRequest& request,
                                                   ByteView upload) {
    const auto most = photo::RenderOptions{.crop = request.crop}.byte_limit(limits());
    if (upload.size() > most)
        return fail(Fault::too_large, fmt::format("The upload has {} bytes; at most {} are taken.",
                                                  upload.size(), most));
    const auto body = send(PutPhoto{request}, upload);
    if (!body) return std::unexpected(body.error());
    return parse_put(*body);
}

Result<void> RemotePhotoService::remove(const OwnerKey& owner, const std::string& blob_key) {
    return send_for_nothing(RemovePhoto{owner, blob_key});
}

Result<void> RemotePhotoService::keep_blob(const std::string& key) {
    return send_for_nothing(KeepBlob{key});
}

Result<photo::Swept> RemotePhotoService::remove_orphan_blobs() {
    const auto body = send(RemoveOrphans{});
    if (!body) return std::unexpected(body.error());
    return parse_swept(*body);
}

Result<void> RemotePhotoService::take_lease(const std::string& id) {
    return send_for_nothing(TakeLease{id});
}

Result<void> RemotePhotoService::renew_lease(const std::string& id) {
    auto renewed = send_for_nothing(RenewLease{id});
    // Only an answer of the server shows that the lease is lost.
    if (!renewed && renewed.error().fault != Fault::conflict)
        return fail(Fault::busy, std::move(renewed.error().detail));
    return renewed;
}

Result<void> RemotePhotoService::end_lease(const std::string& id) {
    return send_for_nothing(EndLease{id});
}

Result<SignInCode> RemotePhotoService::make_sign_in_code(const access::SignIn::Grant& grant) {
    const auto body = send(MakeSignInCode{grant});
    if (!body) return std::unexpected(body.error());
    return parse_sign_in_code(*body);
}

}  // namespace cameo::control
