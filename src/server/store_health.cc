#include "server/store_health.h"

#include <fmt/format.h>
#include <pthread.h>

#include <utility>

namespace cameo::server {

StoreHealth::StoreHealth(Probe probe, Report report, Timing timing)
    : probe_(std::move(probe)), report_(std::move(report)), timing_(timing) {
    ask();
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    pthread_setname_np(thread_.native_handle(), "store-watch");
}

StoreHealth::~StoreHealth() = default;

bool StoreHealth::answers() {
    const bool hangs = Steady::now() - asked_.load() >= timing_.stale;
    if (hangs) tell(false, "its last question is without an answer");
    return answered_ && !hangs;
}

void StoreHealth::ask() {
    const auto answer = probe_();
    asked_ = Steady::now();
    answered_ = answer.has_value();
    tell(answer.has_value(), answer ? "" : std::string_view(answer.error().detail));
}

void StoreHealth::tell(bool answers, std::string_view why) {
    if (told_.exchange(answers) == answers) return;
    report_(answers ? "the store answers again"
                    : fmt::format("the store does not answer: {}", why));
}

void StoreHealth::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        stopped_.wait_for(lock, stop, timing_.between, [] { return false; });
        if (!stop.stop_requested()) ask();
    }
}

}  // namespace cameo::server
