#pragma once

#include <string_view>

namespace cameo::ops {

// What the operator should know, as one line of at most 4 KB on standard error, with time and
// level. Thread-safe. Does not wait for a reader of standard error that does not read: such a line
// is lost, and the next one that is written says how many were.
void log_info(std::string_view text);
void log_error(std::string_view text);

}  // namespace cameo::ops
