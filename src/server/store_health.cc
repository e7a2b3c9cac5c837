#include "server/store_health.h"

#include <fmt/format.h>
#include <pthread.h>

#include <utility>

namespace cameo::server {

StoreHealth::StoreHealth(Probe probe, Report report, Timing timing)
    : probe_(std::move(probe)), report_(std::move(report)), timing_(timing) {
    probe_once();
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    pthread_setname_np(thread_.native_handle(), "store-watch");
}

StoreHealth::~StoreHealth() = default;

bool StoreHealth::answers() {
    const bool hangs = Steady::now() - probed_at_.load() >= timing_.stale;
    if (hangs) report_change(false, "its last probe has not returned");
    return last_result_ && !hangs;
}

void StoreHealth::probe_once() {
    const auto answer = probe_();
    probed_at_ = Steady::now();
    last_result_ = answer.has_value();
    report_change(answer.has_value(), answer ? "" : std::string_view(answer.error().detail));
}

void StoreHealth::report_change(bool answers, std::string_view why) {
    if (logged_.exchange(answers) == answers) return;
    report_(answers ? "the store answers again"
                    : fmt::format("the store does not answer: {}", why));
}

void StoreHealth::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        stopped_.wait_for(lock, stop, timing_.between, [] { return false; });
        if (!stop.stop_requested()) probe_once();
    }
}

}  // namespace cameo::server
