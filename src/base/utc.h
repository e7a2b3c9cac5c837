#pragma once

#include <chrono>
#include <string>

namespace cameo {

// `2023-11-14T22:13:20`, RFC 3339 to the second: all timestamps but HTTP's own (http/http_date.h)
// begin with it. A fraction and the `Z` are the caller's. Neither the time zone of the process nor
// its locale counts. Years 0 to 9999.
std::string utc_text(std::chrono::sys_seconds time);

}  // namespace cameo
