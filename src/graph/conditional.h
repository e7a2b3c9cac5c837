#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/result.h"
#include "http/request.h"
#include "photo/photo.h"

// Conditional and range requests: RFC 9110 sections 13 and 14, as docs/http.md
// ("Bytes", "Writes") uses them.
namespace cameo::graph {

// The http::http_date of the second that contains `time`: the value of Last-Modified.
std::string http_date(Instant time);

// Whether If-None-Match contains this etag (passed without quotes), so the client has the photo.
// Weak comparison; `*` matches. Several header lines form one list. An etag without quotes is
// accepted, since some clients send it, and one with the suffix that a compressing proxy added.
bool none_match_names(const http::Request& request, std::string_view etag);

// The conditions of a write. If-Match: strong comparison, a weak etag never matches.
// If-None-Match: as none_match_names. `now` dates the years of two digits.
photo::WriteCondition write_condition(const http::Request& request, Instant now);

// The conditions of a GET or HEAD, in the order of RFC 9110 section 13.2.2.
enum class ReadOutcome {
    proceed,
    not_modified,  // 304
    failed,        // 412
};
// Whether the request has such a condition; if not, evaluate_read need not be called.
bool has_read_condition(const http::Request& request);
// REQUIRES: the answer without conditions is 200 or 206 (section 13.2.1).
ReadOutcome evaluate_read(const http::Request& request, const photo::Photo& photo, Instant now);

struct ByteRange {
    std::size_t first = 0;
    std::size_t length = 0;
};
struct WholeBody {};
struct UnsatisfiableRange {};
using RangeChoice = std::variant<WholeBody, ByteRange, UnsatisfiableRange>;

// The part of `size` bytes that a GET sends. Several ranges, another unit, a malformed range, or an
// If-Range with another version select all bytes.
RangeChoice choose_range(const http::Request& request, std::size_t size, const photo::Photo& photo,
                         Instant now);

}  // namespace cameo::graph
