#pragma once

#include <chrono>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace cameo::http {

// `Sun, 06 Nov 1994 08:49:37 GMT`: RFC 9110 section 5.6.7, in any locale. Thread-safe.
std::string http_date(std::time_t time);

// A date in one of the three forms of RFC 9110 section 5.6.7: IMF-fixdate, RFC 850, asctime. The
// year of the RFC 850 form has two digits: it is the one that lies at most 50 years after `now`.
// nullopt for anything else, also for a day that the month lacks. A day of the week that does not
// match the date is accepted. Thread-safe, in any locale.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                        std::chrono::sys_seconds now);

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
