#include "base/clock.h"

namespace cameo {
namespace {

// The last `digits` digits of the number.
void append_digits(std::string& out, unsigned number, std::size_t digits) {
    const auto end = out.size() + digits;
    out.resize(end);
    for (std::size_t i = 1; i <= digits; ++i, number /= 10)
        out[end - i] = static_cast<char>('0' + number % 10);
}

}  // namespace

// Not fmt's chrono formats: of a time_point, those of fmt 9 give the local time.
void append_utc(std::string& out, std::chrono::sys_seconds time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    append_digits(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    append_digits(out += '-', static_cast<unsigned>(date.month()), 2);
    append_digits(out += '-', static_cast<unsigned>(date.day()), 2);
    append_digits(out += 'T', static_cast<unsigned>(clock.hours().count()), 2);
    append_digits(out += ':', static_cast<unsigned>(clock.minutes().count()), 2);
    append_digits(out += ':', static_cast<unsigned>(clock.seconds().count()), 2);
}

std::string utc_text(std::chrono::sys_seconds time) {
    std::string text;
    append_utc(text, time);
    return text;
}

}  // namespace cameo
