#include "app/store_watch.h"

#include <pthread.h>

#include <utility>

namespace cameo::app {

StoreWatch::StoreWatch(Probe probe, Timing timing) : probe_(std::move(probe)), timing_(timing) {
    ask();
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    pthread_setname_np(thread_.native_handle(), "store-watch");
}

StoreWatch::~StoreWatch() = default;

bool StoreWatch::answers() const {
    return answered_ && Steady::now() - asked_.load() < timing_.stale;
}

void StoreWatch::ask() {
    answered_ = probe_();
    asked_ = Steady::now();
}

void StoreWatch::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        stopped_.wait_for(lock, stop, timing_.between, [] { return false; });
        if (!stop.stop_requested()) ask();
    }
}

}  // namespace cameo::app
