#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "photo/image_renderer.h"

// What passes between the server and an image worker over their socket; docs/sandbox.md has it in
// prose. All numbers little-endian. The worker sends a greeting when it is ready; then one request,
// one answer, in turn.
namespace cameo::image_worker {

// The version of the program that this code is linked into.
extern const char* const kVersion;

// How far a worker is locked in, as it reports before it reads any upload.
enum class Confinement : std::uint32_t {
    seccomp,       // the system call filter, and Landlock where `landlock_abi` is not 0
    switched_off,  // --no-sandbox
    sanitizer,     // a build with sanitizers, which need more system calls
    failed,        // the filter could not be set; `detail` says why. The worker ends.
};

struct Greeting {
    std::string version = kVersion;
    Confinement confinement = Confinement::failed;
    std::uint32_t landlock_abi = 0;
    std::string detail;
};

// Cuts the texts to what fits.
inline constexpr std::size_t kGreetingBytes = 256;
using GreetingBytes = std::array<std::uint8_t, kGreetingBytes>;
GreetingBytes encode(const Greeting& greeting);

// Fault::internal where it is no greeting, is of another version, or reports a failure; the detail
// says what to do.
Result<Greeting> decode(const GreetingBytes& bytes);

// For the operator: "seccomp, Landlock ABI 7", or "none (--no-sandbox)".
std::string describe(const Greeting& greeting);

struct Request {
    PhotoStorage storage = PhotoStorage::mailbox;
    photo::UploadLimits limits;
    std::uint64_t upload_bytes = 0;  // that follow
};

inline constexpr std::size_t kRequestBytes = 48;
using RequestHeader = std::array<std::uint8_t, kRequestBytes>;
RequestHeader encode(const Request& request);

// Fault::internal where it is no request of this version.
Result<Request> decode(const RequestHeader& header);

// A whole answer. A detail longer than kMaxDetailBytes is cut.
Bytes encode(const Result<photo::RenderedPhoto>& answer);

// The parent's side takes the answer apart in steps, so that no number is believed before it is
// checked. Every failure is Fault::internal and means that the worker must not be used again.
inline constexpr std::size_t kAnswerBytes = 16;
inline constexpr std::size_t kMaxDetailBytes = 500;
using AnswerHeader = std::array<std::uint8_t, kAnswerBytes>;

struct AnswerShape {
    bool rendered = false;
    Fault fault = Fault::internal;  // where nothing was rendered
    std::size_t renditions = 0;     // where something was
    std::size_t body_bytes = 0;     // that follow: table and renditions, or the detail
};

// `request` bounds what an answer to it may hold.
Result<AnswerShape> decode(const AnswerHeader& header, const Request& request);

// The fault the worker reports is the Error; Fault::internal also where the answer is implausible,
// and then `plausible` is false.
struct Answer {
    bool plausible = false;
    Result<photo::RenderedPhoto> result;
};
Answer decode_body(const AnswerShape& shape, ByteView body, const Request& request);

}  // namespace cameo::image_worker
