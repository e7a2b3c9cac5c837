#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "photo/image_renderer.h"
#include "photo/sweep.h"
#include "transfer/photo_desk.h"

// What a command and the running server say to each other: docs/transfer.md, "The control socket".
// This is the text of the heads; stream.h moves them.
namespace cameo::control {

inline constexpr std::size_t kMostHeadBytes = 16'384;

// The server's first word.
struct Greeting {
    static constexpr std::int64_t kProtocol = 3;
    std::string program;  // the server's version
    photo::UploadLimits limits;
};

struct PutRequest {
    transfer::Placement placement;
    std::size_t bytes = 0;  // of the upload, which follows the head
};
struct RemoveRequest {
    OwnerKey owner;
    std::string blob_key;
};
struct KeepBlobRequest {
    std::string key;
};
struct RemoveOrphansRequest {};
struct HoldSweepRequest {  // until the connection ends
    photo::SweepLease lease;
};

using Request = std::variant<PutRequest, RemoveRequest, KeepBlobRequest, RemoveOrphansRequest,
                             HoldSweepRequest>;

struct Reply {
    std::optional<Error> error;
    bool stored = false;  // of a put; else it was unchanged
    photo::Swept swept;   // of remove_orphans: removed, set_aside, failed, first_failure
};

std::string to_json(const Greeting& greeting);
std::string to_json(const Request& request);
std::string to_json(const Reply& reply);

// Fault::malformed where the text is none; the detail says what is wrong with it.
Result<Greeting> parse_greeting(std::string_view json);
Result<Request> parse_request(std::string_view json);
Result<Reply> parse_reply(std::string_view json);

}  // namespace cameo::control
