#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

// Formats the parts of one log line as JSON.
namespace cameo::ops {

// In quotes, plain ASCII, without a line end; a text of more than 1,024 characters is truncated and
// ends in [cut]. A part in the form of a token (RFC 7519) is replaced: a token
// that a client puts into a path by mistake must not be in a log.
void append_json_text(std::string& out, std::string_view text);

// `,"name":"text"`.
void append_member(std::string& out, std::string_view name, std::string_view text);

void append_number(std::string& out, std::uint64_t number);

// 2025-02-13T10:17:05.007Z
void append_time(std::string& out, Instant time);

}  // namespace cameo::ops
