#include "http/http_date.h"

#include <fmt/format.h>

#include <array>

namespace cameo::http {
namespace {

// Not strftime: its names follow the locale.
constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string http_date(std::time_t time) {
    std::tm t{};
    gmtime_r(&time, &t);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                       kDays.at(static_cast<std::size_t>(t.tm_wday)), t.tm_mday,
                       kMonths.at(static_cast<std::size_t>(t.tm_mon)), t.tm_year + 1900, t.tm_hour,
                       t.tm_min, t.tm_sec);
}

std::string_view DateCache::line(std::time_t now) {
    if (now != second_) {
        second_ = now;
        line_ = "Date: " + http_date(now) + "\r\n";
    }
    return line_;
}

}  // namespace cameo::http
