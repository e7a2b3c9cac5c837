#include "ops/log.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <mutex>
#include <string>

#include "ops/json_line.h"

namespace cameo::ops {
namespace {

constexpr std::chrono::milliseconds kLongestWait{100};

// A pipe that is ready accepts this many bytes without blocking.
constexpr std::size_t kLineBytes = PIPE_BUF;

bool is_ready() {
    pollfd error{STDERR_FILENO, POLLOUT, 0};
    return poll(&error, 1, 0) == 1 && (error.revents & POLLOUT) != 0;
}

// Does not wait while standard error is a full pipe: a thread that serves or stops the server may
// log.
void write_line(std::string_view level, std::string_view text) {
    static std::timed_mutex mutex;
    static std::size_t lost = 0;  // lines since the last one that was written
    const std::unique_lock lock(mutex, kLongestWait);
    if (!lock) return;
    if (!is_ready()) {
        ++lost;
        return;
    }
    const auto note = lost > 0 ? fmt::format(" ({} lines before this one are lost)", lost) : "";
    std::string line;
    append_time(line,
                std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now()));
    line.append(" ").append(level).append(" ");
    line += text.substr(0, kLineBytes - line.size() - note.size() - 1);
    line += note + '\n';
    if (write(STDERR_FILENO, line.data(), line.size()) >= 0) lost = 0;
}

}  // namespace

void log_info(std::string_view text) { write_line("info", text); }
void log_error(std::string_view text) { write_line("error", text); }

}  // namespace cameo::ops
