#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "access/sign_in.h"
#include "base/owner.h"
#include "base/result.h"
#include "http/request.h"
#include "photo/image_renderer.h"
#include "photo/sweep.h"
#include "transfer/photo_service.h"

// The requests and responses of the control socket, as values and as HTTP: docs/transfer.md, "The
// control socket". Used by the server and by the client. Thread-safe.
namespace cameo::control {

// Incremented for every incompatible change of a request or a response. Each request contains it.
inline constexpr std::string_view kApiVersion = "5";
inline constexpr std::string_view kVersionField = "Cameo-Control-Version";

// `control.sock` in the data folder.
std::filesystem::path socket_file(const std::filesystem::path& data);

struct GetServer {};
struct PutPhoto {
    transfer::PutRequest request;  // the upload is the body
};
struct RemovePhoto {
    OwnerKey owner;
    std::string blob_key;
};
struct KeepBlob {
    std::string key;
};
struct RemoveOrphans {};
struct TakeLease {
    std::string id;
};
struct RenewLease {
    std::string id;
};
struct EndLease {
    std::string id;
};
struct MakeSignInCode {
    access::SignIn::Grant grant;
};
using Call = std::variant<GetServer, PutPhoto, RemovePhoto, KeepBlob, RemoveOrphans, TakeLease,
                          RenewLease, EndLease, MakeSignInCode>;

// A call as the method and target of a request.
struct RequestLine {
    std::string method;
    std::string target;
};
RequestLine format_call(const Call& call);

// Fault::malformed, with a sentence, where they are no call.
Result<Call> parse_call(std::string_view method, std::string_view target);

// The response to GetServer.
struct ServerInfo {
    std::string program;  // its version
    photo::UploadLimits limits;
};
std::string to_json(const ServerInfo& info);
Result<ServerInfo> parse_server_info(std::string_view json);

// The response to PutPhoto.
std::string to_json(photo::Photos::Put outcome);
Result<photo::Photos::Put> parse_put(std::string_view json);

// The response to RemoveOrphans: removed, set_aside, failed and first_failure.
std::string to_json(const photo::Swept& swept);
Result<photo::Swept> parse_swept(std::string_view json);

// The response to MakeSignInCode.
struct SignInCode {
    std::string code;
    std::string page;  // the URL of the web page, as the server knows it
    // The link that signs in; `page` replaces the server's unless it is empty.
    std::string link(std::string_view other_page = {}) const;
};
std::string to_json(const SignInCode& code);
Result<SignInCode> parse_sign_in_code(std::string_view json);

// `code` and `message` of an error reply (graph/errors.h), as the fault and its detail.
Error parse_error(std::string_view json);

}  // namespace cameo::control
