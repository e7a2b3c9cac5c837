#include "commands/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "server/program.h"

namespace cameo::commands {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kWindow{10};
constexpr milliseconds kShortest{500};
constexpr milliseconds kEachFrame{100};
constexpr seconds kEachLine{5};
constexpr std::size_t kWidestBar = 40;

std::string time_text(double left) {
    const auto whole = static_cast<std::uint64_t>(std::llround(left));
    const auto hours = whole / 3'600;
    const auto minutes = whole / 60 % 60;
    if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60);
    return fmt::format("{}:{:02}", minutes, whole % 60);
}

std::string rate_text(double rate) {
    return rate < 10 ? fmt::format("{:.1f}/s", rate) : fmt::format("{:.0f}/s", rate);
}

std::string numbers(const std::string& unit, const transfer::Progress& progress,
                    std::optional<double> rate) {
    auto text = format_number(progress.done);
    if (progress.total > 0) text += "/" + format_number(progress.total);
    text += " " + unit;
    if (rate) text += "  " + rate_text(*rate);
    if (rate && *rate > 0 && progress.total > progress.done)
        text += "  ETA " + time_text(static_cast<double>(progress.total - progress.done) / *rate);
    return text;
}

std::uint64_t percent(const transfer::Progress& progress) {
    return std::min<std::uint64_t>(progress.done * 100 / progress.total, 100);
}

std::size_t columns_of_terminal() {
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

constexpr std::size_t kShown = 20;

}  // namespace

void RateMeter::add(Time now, std::uint64_t done) {
    samples_.push_back({now, done});
    while (samples_.size() > 2 && now - samples_[1].when >= kWindow) samples_.pop_front();
}

std::optional<double> RateMeter::rate() const {
    if (samples_.empty()) return std::nullopt;
    const std::chrono::duration<double> time = samples_.back().when - samples_.front().when;
    if (time < kShortest) return std::nullopt;
    return static_cast<double>(samples_.back().done - samples_.front().done) / time.count();
}

std::string format_number(std::uint64_t number) {
    auto digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

std::string format_bytes(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 4> kUnits{"KB", "MB", "GB", "TB"};
    if (bytes < 1'000) return fmt::format("{} bytes", bytes);
    auto value = static_cast<double>(bytes) / 1'000;
    std::size_t unit = 0;
    while (value >= 999.95 && unit + 1 < kUnits.size()) {
        value /= 1'000;
        ++unit;
    }
    return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string format_count(std::uint64_t number, const std::string& singular) {
    return fmt::format("{} {}{}", format_number(number), singular, number == 1 ? "" : "s");
}

std::string format_photos(std::uint64_t photos, std::uint64_t former_photos) {
    auto text = format_count(photos, "photo");
    if (former_photos > 0) text += " and " + format_count(former_photos, "former photo");
    return text;
}

std::string progress_bar(const std::string& verb, const std::string& unit,
                         const transfer::Progress& progress, std::optional<double> rate,
                         std::size_t columns) {
    const auto tail = numbers(unit, progress, rate);
    if (progress.total == 0) return fmt::format("{} {}", verb, tail).substr(0, columns);
    const auto head = fmt::format("{} [", verb);
    const auto middle = fmt::format("] {:3}%  ", percent(progress));
    const auto taken = head.size() + middle.size() + tail.size() + 1;
    const auto width = columns > taken ? std::min(columns - taken, kWidestBar) : 0;
    const auto full = width * percent(progress) / 100;
    if (width < 5)
        return fmt::format("{} {:3}%  {}", verb, percent(progress), tail).substr(0, columns);
    return fmt::format("{}{}{}{}{}", head, std::string(full, '#'), std::string(width - full, '-'),
                       middle, tail);
}

std::string progress_sentence(const std::string& verb, const std::string& unit,
                              const transfer::Progress& progress, std::optional<double> rate) {
    return fmt::format("{} {}", verb, numbers(unit, progress, rate));
}

ProgressLine::ProgressLine(std::string verb, std::string unit)
    : verb_(std::move(verb)), unit_(std::move(unit)), is_terminal_(::isatty(STDERR_FILENO) == 1) {
    meter_.add(std::chrono::steady_clock::now(), 0);
}

ProgressLine::~ProgressLine() {
    if (is_terminal_ && shown_) fmt::print(stderr, "\r\x1b[K");
}

void ProgressLine::show(const transfer::Progress& progress) {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ && !is_terminal_) shown_ = now;  // no line for a short command
    const auto pause = is_terminal_ ? milliseconds(kEachFrame) : milliseconds(kEachLine);
    if (shown_ && now - *shown_ < pause) return;
    shown_ = now;
    meter_.add(now, progress.done);
    if (is_terminal_)
        fmt::print(stderr, "\r{}\x1b[K",
                   progress_bar(verb_, unit_, progress, meter_.rate(), columns_of_terminal() - 1));
    else
        fmt::print(stderr, "{}\n", progress_sentence(verb_, unit_, progress, meter_.rate()));
    (void)std::fflush(stderr);
}

std::string printable(const std::string& text) {
    std::string shown = text;
    std::ranges::replace_if(shown, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    if (is_utf8(shown)) return shown;
    std::ranges::replace_if(shown, [](unsigned char c) { return c >= 0x80; }, '?');
    return shown;
}

std::string format_list(const std::string& heading, const std::vector<std::string>& lines,
                        const std::string& where_all_are) {
    if (lines.empty()) return {};
    auto text = fmt::format("\n{} ({}):\n", heading, format_number(lines.size()));
    for (std::size_t i = 0; i < std::min(lines.size(), kShown); ++i)
        text += fmt::format("  {}\n", printable(lines[i]));
    if (lines.size() > kShown)
        text += fmt::format("  ... and {} more{}\n", format_number(lines.size() - kShown),
                            where_all_are);
    return text;
}

int print_error(const Error& error) {
    fmt::print(stderr, "cameo: {}\n", error.detail);
    return error.fault == Fault::malformed ? server::kWrongUsage : server::kFailed;
}

}  // namespace cameo::commands
