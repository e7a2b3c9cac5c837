#pragma once

#include <ctime>
#include <string>
#include <string_view>

namespace cameo::http {

// `Sun, 06 Nov 1994 08:49:37 GMT`: RFC 9110 section 5.6.7, in any locale. Thread-safe.
std::string http_date(std::time_t time);

// The Date field (RFC 9110 section 6.6.1), formatted once a second. One per I/O thread.
class DateCache {
  public:
    // `Date: Tue, 15 Nov 1994 08:12:31 GMT\r\n`; valid until the next call.
    std::string_view line(std::time_t now);

  private:
    std::time_t second_ = -1;
    std::string line_;
};

}  // namespace cameo::http
