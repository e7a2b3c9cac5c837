#include "server/signals.h"

#include <fmt/format.h>
#include <pthread.h>  // NOLINT(misc-include-cleaner): pthread_sigmask, pthread_kill

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "ops/log.h"
#include "server/program.h"

namespace cameo::server {
namespace {

constexpr std::chrono::milliseconds kFlushTime{300};

void wait_for_signals(const std::stop_token& ended, std::stop_source& stop) {
    constexpr timespec kLook{.tv_sec = 0, .tv_nsec = 100'000'000};  // for the command's own end
    const sigset_t signals = stop_signals();
    while (!ended.stop_requested()) {
        if (::sigtimedwait(&signals, nullptr, &kLook) < 0) continue;
        if (!stop.request_stop()) std::_Exit(kInterrupted);
        fmt::print(stderr,
                   "\ncameo: finishing work in progress; interrupt again to stop at once\n");
    }
}

}  // namespace

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

sigset_t server_signals() {
    sigset_t signals = stop_signals();
    sigaddset(&signals, SIGHUP);
    return signals;
}

void block_signals(const sigset_t& signals) {
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    (void)std::signal(SIGPIPE, SIG_IGN);
}

ShutdownHandler::ShutdownHandler(Actions actions)
    : actions_(std::move(actions)), thread_([this] { run(); }) {}

ShutdownHandler::~ShutdownHandler() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    over_changed_.notify_all();
    // Wakes the thread if no signal was received; the signal is blocked in all threads and that one
    // waits for it.
    // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread)
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
}

bool ShutdownHandler::is_over() {
    const std::lock_guard lock(mutex_);
    return over_;
}

// False if this object ends before a stop signal arrives.
bool ShutdownHandler::wait_for_stop() {
    const sigset_t signals = server_signals();
    for (;;) {
        int signal = 0;
        sigwait(&signals, &signal);
        if (is_over()) return false;
        if (signal != SIGHUP) return true;
        ops::log_info("reopening the logs");
        actions_.reopen_logs();
    }
}

void ShutdownHandler::run() {
    if (!wait_for_stop()) return;
    actions_.stop();  // before the log line: standard error may be a full pipe
    ops::log_info("stopping");
    std::unique_lock lock(mutex_);
    if (over_changed_.wait_for(lock, actions_.longest, [this] { return over_; })) return;
    ops::log_error("stopped waiting for work in progress");
    if (actions_.flush_logs(deadline_in(kFlushTime))) std::_Exit(kDone);
    ops::log_error("the logs could not be written completely: lines are lost");
    std::_Exit(kFailed);
}

Interrupt::Interrupt() {
    block_signals(stop_signals());
    thread_ =
        std::jthread([this](const std::stop_token& ended) { wait_for_signals(ended, stop_); });
}

Interrupt::~Interrupt() = default;

}  // namespace cameo::server
