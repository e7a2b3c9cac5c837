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

// Prints `cameo: ...` on standard error and returns the exit code: wrong usage for
// Fault::malformed, else failed.
int print_error(const Error& error);

// The rate of a command over the last ten seconds. Times are parameters, so that tests need not
// wait. For one thread at a time.
class RateMeter {
  public:
    using Time = std::chrono::steady_clock::time_point;

    void add(Time now, std::uint64_t done);
    // Per second; nullopt if there are samples of less than half a second.
    std::optional<double> rate() const;

  private:
    struct Sample {
        Time when;
        std::uint64_t done = 0;
    };
    std::deque<Sample> samples_;
};

// `importing [#####-----]  50%  500/1,000 pictures  83/s  ETA 0:06`: at most `columns` wide.
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
// `2 photos`, `2 photos and 1 former photo`.
std::string format_photos(std::uint64_t photos, std::uint64_t former_photos);

// Shows the progress of a command on standard error: a bar on a terminal, else a line every five
// seconds. Thread-safe. The destructor clears the bar.
class ProgressLine {
  public:
    // "importing", "pictures".
    ProgressLine(std::string verb, std::string unit);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const transfer::Progress& progress);
    // The callback for import_photos and the like; borrows this.
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

// A heading and its lines, for the terminal: at most twenty, then `... and N more`. Empty if
// there are no lines.
std::string format_list(const std::string& heading, const std::vector<std::string>& lines,
                        const std::string& where_all_are = "");

// Shows control characters, which a file name may hold, as `?`: a terminal would interpret them.
std::string printable(const std::string& text);

}  // namespace cameo::commands
