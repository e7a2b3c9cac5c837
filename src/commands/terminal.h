#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "transfer/progress.h"

namespace cameo::commands {

// Prints `cameo: ...` on standard error and gives the exit code: wrong usage for Fault::malformed,
// else failed.
int print_error(const Error& error);

// How quickly something goes on, over the last ten seconds. Times are given, so that tests need not
// wait. One thread at a time.
class RateMeter {
  public:
    using Time = std::chrono::steady_clock::time_point;

    void add(Time now, std::uint64_t done);
    // Per second; nullopt where less than half a second is known.
    std::optional<double> rate() const;

  private:
    struct Sample {
        Time when;
        std::uint64_t done = 0;
    };
    std::deque<Sample> samples_;
};

// `importing [#####-----]  50%  500/1,000 pictures  83/s  ETA 0:06`: as wide as `columns` allow.
std::string progress_bar(const std::string& verb, const std::string& unit,
                         const transfer::Progress& progress, std::optional<double> rate,
                         std::size_t columns);

// The same without the bar, for a log.
std::string progress_sentence(const std::string& verb, const std::string& unit,
                              const transfer::Progress& progress, std::optional<double> rate);

// `1,234,567` and `12.3 MB`.
std::string format_number(std::uint64_t number);
std::string format_bytes(std::uint64_t bytes);
// `1 picture`, `2 pictures`.
std::string format_count(std::uint64_t number, const std::string& singular);

// Shows how far a command is, on standard error: a bar that moves on a terminal, else a line every
// five seconds. Thread-safe. The bar is wiped when this ends.
class ProgressLine {
  public:
    // "importing", "pictures".
    ProgressLine(std::string verb, std::string unit);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const transfer::Progress& progress);
    // What import_photos and its like take; borrows this.
    transfer::OnProgress callback() {
        return [this](const transfer::Progress& progress) { show(progress); };
    }

  private:
    std::string verb_;
    std::string unit_;
    bool is_terminal_;
    std::mutex mutex_;
    RateMeter meter_;
    std::optional<RateMeter::Time> shown_;
};

// A heading and its lines, for the terminal: at most twenty, then `... and N more`. Empty where
// there are no lines.
std::string format_list(const std::string& heading, const std::vector<std::string>& lines,
                        const std::string& where_all_are = "");

// Control characters, which a file name may hold, as `?`: a terminal would obey them.
std::string printable(const std::string& text);

}  // namespace cameo::commands
