#include "app/interrupt.h"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "app/exit_code.h"
#include "app/shutdown_watch.h"

namespace cameo::app {
namespace {

void wait_for_signals(const std::stop_token& ended, std::stop_source& stop) {
    constexpr timespec kLook{.tv_sec = 0, .tv_nsec = 100'000'000};  // for the command's own end
    const sigset_t signals = stop_signals();
    while (!ended.stop_requested()) {
        if (::sigtimedwait(&signals, nullptr, &kLook) < 0) continue;
        if (!stop.request_stop()) std::_Exit(kInterrupted);
        fmt::print(stderr, "\ncameo: stopping after what is under way; once more to end at once\n");
    }
}

}  // namespace

Interrupt::Interrupt() {
    block_signals(stop_signals());
    thread_ =
        std::jthread([this](const std::stop_token& ended) { wait_for_signals(ended, stop_); });
}

Interrupt::~Interrupt() = default;

}  // namespace cameo::app
