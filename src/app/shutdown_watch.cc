#include "app/shutdown_watch.h"

#include <pthread.h>  // NOLINT(misc-include-cleaner): pthread_sigmask, pthread_kill

#include <chrono>
#include <cstdlib>
#include <utility>

#include "app/exit_code.h"
#include "ops/log.h"

namespace cameo::app {
namespace {

// The promise is 5 seconds from the signal to the end.
constexpr std::chrono::milliseconds kLongest{4'800};

}  // namespace

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

void block_stop_signals() {
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    (void)std::signal(SIGPIPE, SIG_IGN);
}

ShutdownWatch::ShutdownWatch(std::function<void()> stop)
    : stop_(std::move(stop)), thread_([this] { run(); }) {}

ShutdownWatch::~ShutdownWatch() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    over_changed_.notify_all();
    // Wakes the thread where no signal has come; the signal is blocked in all, awaited in that one.
    // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread)
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
}

bool ShutdownWatch::is_over() {
    const std::lock_guard lock(mutex_);
    return over_;
}

void ShutdownWatch::run() {
    const sigset_t signals = stop_signals();
    int signal = 0;
    sigwait(&signals, &signal);
    if (is_over()) return;
    ops::log_info("stopping");
    stop_();
    std::unique_lock lock(mutex_);
    if (over_changed_.wait_for(lock, kLongest, [this] { return over_; })) return;
    ops::log_error("gave up waiting for work under way");
    std::_Exit(kDone);
}

}  // namespace cameo::app
