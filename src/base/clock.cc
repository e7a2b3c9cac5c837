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

std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    int number = 0;
    if (text.size() < count) return std::nullopt;
    for (const char c : text.substr(0, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = 10 * number + (c - '0');
    }
    text.remove_prefix(count);
    return number;
}

bool take(std::string_view& text, char wanted) {
    if (!text.starts_with(wanted)) return false;
    text.remove_prefix(1);
    return true;
}

std::chrono::milliseconds take_fraction(std::string_view& text) {
    int thousandths = 0;
    for (int weight = 100; !text.empty() && text[0] >= '0' && text[0] <= '9'; weight /= 10) {
        thousandths += weight * (text[0] - '0');
        text.remove_prefix(1);
    }
    return std::chrono::milliseconds(thousandths);
}

// `22:13:20`, `22:13:20.5`, `22:13`.
std::optional<std::chrono::milliseconds> take_time(std::string_view& text) {
    const auto hour = take_digits(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    std::chrono::milliseconds time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    if (!take(text, ':')) return time;
    const auto second = take_digits(text, 2);
    if (!second || *second > 59) return std::nullopt;
    time += std::chrono::seconds(*second);
    return take(text, '.') ? time + take_fraction(text) : time;
}

// `Z`, `+01:00`, `-05:30`.
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
    if (take(text, 'Z') || take(text, 'z')) return std::chrono::minutes(0);
    const bool west = take(text, '-');
    if (!west && !take(text, '+')) return std::nullopt;
    const auto hour = take_digits(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    const auto offset = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    return west ? -offset : offset;
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

std::optional<Instant> parse_utc(std::string_view text) {
    const auto year = take_digits(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = take_digits(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_digits(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    const Instant start = std::chrono::sys_days(date);
    if (text.empty()) return start;
    if (!take(text, 'T') && !take(text, 't')) return std::nullopt;
    const auto time = take_time(text);
    const auto offset = time ? take_offset(text) : std::nullopt;
    if (!offset || !text.empty()) return std::nullopt;
    return start + *time - *offset;
}

std::string utc_text(std::chrono::sys_seconds time) {
    std::string text;
    append_utc(text, time);
    return text;
}

}  // namespace cameo
