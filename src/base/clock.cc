#include "base/clock.h"

namespace cameo {
namespace {

void append_padded(std::string& out, unsigned number, std::size_t digits) {
    const auto text = std::to_string(number);
    if (text.size() < digits) out.append(digits - text.size(), '0');
    out += text;
}

}  // namespace

// Not fmt's chrono formats: of a time_point, those of fmt 9 give the local time.
std::string utc_text(std::chrono::sys_seconds time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::string text;
    const auto add = [&](unsigned number, std::size_t digits, const char* behind) {
        append_padded(text, number, digits);
        text += behind;
    };
    add(static_cast<unsigned>(static_cast<int>(date.year())), 4, "-");
    add(static_cast<unsigned>(date.month()), 2, "-");
    add(static_cast<unsigned>(date.day()), 2, "T");
    add(static_cast<unsigned>(clock.hours().count()), 2, ":");
    add(static_cast<unsigned>(clock.minutes().count()), 2, ":");
    add(static_cast<unsigned>(clock.seconds().count()), 2, "");
    return text;
}

}  // namespace cameo
