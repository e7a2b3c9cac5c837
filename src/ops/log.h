#pragma once

#include <string_view>

namespace cameo::ops {

// What the operator should know, as one line on standard error with time and level. Thread-safe.
void log_info(std::string_view text);
void log_error(std::string_view text);

}  // namespace cameo::ops
