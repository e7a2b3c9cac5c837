#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "photo/studio.h"

// What passes between the server and an image worker over their socket; docs/image.md has it in
// prose. All numbers little-endian. One request, one answer, in turn.
namespace cameo::image {

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

}  // namespace cameo::image
