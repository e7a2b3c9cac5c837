#include "http/http_date.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace cameo::http {
namespace {

// Not strftime: its names follow the locale.
constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<const char*, 7> kLongDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                               "Thursday", "Friday", "Saturday"};

// Reads a date from the left. After the first part that does not match, ok() is false.
class DateReader {
  public:
    explicit DateReader(std::string_view text) : rest_(text) {}

    void skip(std::string_view literal) {
        if (!rest_.starts_with(literal)) return fail();
        rest_.remove_prefix(literal.size());
    }
    // The index of the name at the front.
    unsigned name(std::span<const char* const> names) {
        const auto found = std::ranges::find_if(
            names, [&](std::string_view name) { return rest_.starts_with(name); });
        if (found == names.end()) {
            fail();
            return 0;
        }
        rest_.remove_prefix(std::string_view(*found).size());
        return static_cast<unsigned>(found - names.begin());
    }
    unsigned number(std::size_t digits) {
        unsigned value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (i >= rest_.size() || rest_[i] < '0' || rest_[i] > '9') {
                fail();
                return 0;
            }
            value = 10 * value + static_cast<unsigned>(rest_[i] - '0');
        }
        rest_.remove_prefix(digits);
        return value;
    }
    bool starts_with(std::string_view text) const { return rest_.starts_with(text); }
    // Everything matched.
    bool ok() const { return ok_ && rest_.empty(); }

  private:
    void fail() {
        ok_ = false;
        rest_ = {};
    }

    std::string_view rest_;
    bool ok_ = true;
};

struct DateParts {
    unsigned year = 0;
    unsigned month = 0;  // from 0
    unsigned day = 0;
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
};

std::optional<std::chrono::sys_seconds> time_of(const DateParts& parts) {
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(parts.year)),
                                           std::chrono::month(parts.month + 1),
                                           std::chrono::day(parts.day)};
    if (!date.ok() || parts.hour > 23 || parts.minute > 59 || parts.second > 60)
        return std::nullopt;
    const unsigned second = std::min(parts.second, 59U);  // 60 is a leap second
    return std::chrono::sys_days(date) + std::chrono::hours(parts.hour) +
           std::chrono::minutes(parts.minute) + std::chrono::seconds(second);
}

void read_time(DateReader& in, DateParts& parts) {
    parts.hour = in.number(2);
    in.skip(":");
    parts.minute = in.number(2);
    in.skip(":");
    parts.second = in.number(2);
}

// `Sun, 06 Nov 1994 08:49:37 GMT`
bool read_fixdate(DateReader in, DateParts& parts) {
    in.name(kDays);
    in.skip(", ");
    parts.day = in.number(2);
    in.skip(" ");
    parts.month = in.name(kMonths);
    in.skip(" ");
    parts.year = in.number(4);
    in.skip(" ");
    read_time(in, parts);
    in.skip(" GMT");
    return in.ok();
}

// `Sunday, 06-Nov-94 08:49:37 GMT`
bool read_rfc850(DateReader in, DateParts& parts) {
    in.name(kLongDays);
    in.skip(", ");
    parts.day = in.number(2);
    in.skip("-");
    parts.month = in.name(kMonths);
    in.skip("-");
    parts.year = in.number(2);
    in.skip(" ");
    read_time(in, parts);
    in.skip(" GMT");
    return in.ok();
}

// `Sun Nov  6 08:49:37 1994`
bool read_asctime(DateReader in, DateParts& parts) {
    in.name(kDays);
    in.skip(" ");
    parts.month = in.name(kMonths);
    in.skip(" ");
    const bool padded = in.starts_with(" ");
    if (padded) in.skip(" ");
    parts.day = in.number(padded ? 1 : 2);
    in.skip(" ");
    read_time(in, parts);
    in.skip(" ");
    parts.year = in.number(4);
    return in.ok();
}

// The latest time with that last two digits of the year that is at most 50 years after `now`.
std::optional<std::chrono::sys_seconds> time_of_two_digit_year(DateParts parts,
                                                               std::chrono::sys_seconds now) {
    const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
    const auto latest = now + std::chrono::years(50);
    const auto century = static_cast<unsigned>(static_cast<int>(today.year()) / 100 * 100);
    const unsigned short_year = parts.year;
    for (const unsigned base : {century + 100, century, century - 100}) {
        parts.year = base + short_year;
        const auto time = time_of(parts);
        if (time && *time <= latest) return time;
    }
    return std::nullopt;
}

}  // namespace

std::string http_date(std::time_t time) {
    std::tm t{};
    gmtime_r(&time, &t);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       kDays.at(static_cast<std::size_t>(t.tm_wday)), t.tm_mday,
                       kMonths.at(static_cast<std::size_t>(t.tm_mon)), t.tm_year + 1900, t.tm_hour,
                       t.tm_min, t.tm_sec);
}

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                        std::chrono::sys_seconds now) {
    DateParts parts;
    if (read_fixdate(DateReader(text), parts) || read_asctime(DateReader(text), parts))
        return time_of(parts);
    if (read_rfc850(DateReader(text), parts)) return time_of_two_digit_year(parts, now);
    return std::nullopt;
}

std::string_view DateCache::line(std::time_t now) {
    if (now != second_) {
        second_ = now;
        line_ = "Date: " + http_date(now) + "\r\n";
    }
    return line_;
}

}  // namespace cameo::http
