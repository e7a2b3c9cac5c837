#pragma once

#include <string_view>

namespace cameo::ops {

// A message for the operator: one line of at most 4 KB on standard error, with time and level.
// Thread-safe. Does not wait while standard error is a full pipe: the line is dropped, and the next
// written line has the number of dropped lines.
void log_info(std::string_view text);
void log_error(std::string_view text);

}  // namespace cameo::ops
