#pragma once

#include <ctime>
#include <string>
#include <string_view>

namespace cameo::http {

// The Date field (RFC 9110 section 6.6.1), made once a second. One per I/O thread.
class DateCache {
  public:
    // `Date: Tue, 15 Nov 1994 08:12:31 GMT\r\n`; stands until the next call.
    std::string_view line(std::time_t now);

  private:
    std::time_t second_ = -1;
    std::string line_;
};

}  // namespace cameo::http
