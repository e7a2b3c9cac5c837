// The cost of a line of the access log: processor time of the thread that writes it, as an I/O
// thread does, and of the whole process. Lines go to standard output: `log_bench | cat >
// /dev/null`.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <thread>

#include "base/clock.h"
#include "ops/line_log.h"
#include "ops/request_logs.h"

namespace {

using namespace cameo;

constexpr int kLines = 200'000;
constexpr int kBurst = 1'000;  // then a pause, during which lines are collected

double microseconds(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

void write_one(ops::AccessLog& log, const Clock& clock) {
    log.write({.time = clock.now(),
               .method = "GET",
               .target = "/v1.0/users/48d31887-5fad-4d73-a9f5-3c356e68a038/photo/$value",
               .status = 200,
               .body_bytes = 12'345,
               .duration = std::chrono::microseconds(17),
               .fast = true,
               .request_id = "b1b7c0de-0000-4000-8000-000000000000",
               .remote = "127.0.0.1"});
}

}  // namespace

int main() {
    const std::shared_ptr<ops::LineLog> lines = ops::LineLog::to_stdout();
    ops::AccessLog log(lines);
    const SystemClock clock;
    const auto thread = microseconds(CLOCK_THREAD_CPUTIME_ID);
    const auto process = microseconds(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < kLines; ++i) {
        if (i % kBurst == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        write_one(log, clock);
    }
    const auto flushed = lines->flush(deadline_in(std::chrono::seconds(10)));
    fmt::print(stderr, "{:.3f} us of the thread per line, {:.3f} us of the process, {} dropped{}\n",
               (microseconds(CLOCK_THREAD_CPUTIME_ID) - thread) / kLines,
               (microseconds(CLOCK_PROCESS_CPUTIME_ID) - process) / kLines,
               lines->counts().dropped_lines, flushed ? "" : ", not flushed");
}
