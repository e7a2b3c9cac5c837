#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "photo/image_renderer.h"

// The messages between the server and an image worker over their socket; docs/sandbox.md and
// docs/image.md describe them. All numbers are little-endian. The worker sends a greeting when it
// is ready; then one request and one response, in turn.
namespace cameo::image_worker {

// The version of the program.
extern const char* const kVersion;

// The confinement of a worker, which it reports before it reads any upload.
enum class Confinement : std::uint32_t {
    seccomp,       // the system call filter, and Landlock where `landlock_abi` is not 0
    switched_off,  // --no-sandbox
    sanitizer,     // a build with sanitizers, which need more system calls
    failed,        // the filter could not be set; `detail` has the reason. The worker ends.
};

struct Greeting {
    std::string version = kVersion;
    Confinement confinement = Confinement::failed;
    std::uint32_t landlock_abi = 0;
    std::string detail;
};

// Truncates the texts to their fields.
inline constexpr std::size_t kGreetingBytes = 256;
using GreetingBytes = std::array<std::uint8_t, kGreetingBytes>;
GreetingBytes encode(const Greeting& greeting);

// Fault::internal, with advice, if the bytes are not a greeting, have another version, or report a
// failure.
Result<Greeting> decode(const GreetingBytes& bytes);

// For the operator: "seccomp, Landlock ABI 7", or "none (--no-sandbox)".
std::string describe(const Greeting& greeting);

struct RenderRequest {
    photo::RenderOptions options;
    photo::UploadLimits limits;
    std::uint64_t upload_bytes = 0;  // they follow
};

inline constexpr std::size_t kRequestBytes = 72;
using RequestBytes = std::array<std::uint8_t, kRequestBytes>;
RequestBytes encode(const RenderRequest& request);

// Fault::internal if the bytes are not a request of this version.
Result<RenderRequest> decode(const RequestBytes& bytes);

// A whole response. A detail longer than kMaxDetailBytes is truncated, as is a cause longer than
// kMaxCauseBytes.
Bytes encode(const Result<photo::RenderedPhoto>& result);

// The server parses a response in steps, so that every number is checked before it is used. Every
// failure is Fault::internal and means that the worker must not be used again.
inline constexpr std::size_t kResponseBytes = 24;
inline constexpr std::size_t kMaxDetailBytes = 500;
inline constexpr std::size_t kMaxCauseBytes = 200;
using ResponseBytes = std::array<std::uint8_t, kResponseBytes>;

struct ResponseHeader {
    bool rendered = false;
    Fault fault = Fault::internal;  // if nothing was rendered
    std::size_t renditions = 0;     // otherwise
    std::size_t body_bytes = 0;     // they follow: table and renditions, or detail and cause
    photo::Size picture;            // if something was rendered
};

// `request` limits the response.
Result<ResponseHeader> decode(const ResponseBytes& bytes, const RenderRequest& request);

// The error is the fault that the worker reports; or Fault::internal, and `valid` is false, if
// the response violates the protocol.
struct RenderResponse {
    bool valid = false;
    Result<photo::RenderedPhoto> result;
};
RenderResponse decode_body(const ResponseHeader& header, ByteView body,
                           const RenderRequest& request);

}  // namespace cameo::image_worker
