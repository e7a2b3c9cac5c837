#include "base/work_pool.h"

#include <pthread.h>

#include <cstdio>
#include <exception>
#include <utility>

namespace cameo {
namespace {

// The last resort. The code that posts a job which may throw catches it, since it knows the
// request.
void run_guarded(const WorkPool::Job& job) {
    try {
        job();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "cameo: a job of a thread pool failed: %s\n", error.what());
    } catch (...) {
        std::fputs("cameo: a job of a thread pool failed\n", stderr);
    }
}

}  // namespace

WorkPool::WorkPool(std::string name, std::size_t threads, std::size_t queue_limit,
                   std::size_t key_limit)
    : queue_limit_(queue_limit), key_limit_(key_limit) {
    name.resize(std::min<std::size_t>(name.size(), 15));  // the kernel's limit
    for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { run(); });
        pthread_setname_np(threads_.back().native_handle(), name.c_str());
    }
}

WorkPool::~WorkPool() { drain(); }

bool WorkPool::try_post(Job job, std::string_view key) {
    {
        const std::lock_guard lock(mutex_);
        if (draining_ || waiting_ >= queue_limit_) return false;
        const auto known = jobs_.find(key);
        if (known != jobs_.end() && known->second.size() >= key_limit_) return false;
        add(std::move(job), key);
    }
    changed_.notify_one();
    return true;
}

// In an order in which bad_alloc leaves nothing that take() does not cope with.
void WorkPool::add(Job job, std::string_view key) {
    const auto own = jobs_.try_emplace(std::string(key)).first;
    if (own->second.empty()) turns_.push_back(own);
    own->second.push_back(std::move(job));
    ++waiting_;
}

// REQUIRES: a job waits.
WorkPool::Job WorkPool::take() {
    for (;;) {
        const auto own = turns_.front();
        turns_.pop_front();
        if (own->second.empty()) continue;
        Job job = std::move(own->second.front());
        own->second.pop_front();
        --waiting_;
        if (own->second.empty())
            jobs_.erase(own);
        else
            turns_.push_back(own);
        return job;
    }
}

void WorkPool::drain() {
    {
        const std::lock_guard lock(mutex_);
        draining_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

std::size_t WorkPool::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_;
}

void WorkPool::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return draining_ || waiting_ > 0; });
        if (waiting_ == 0) return;
        const Job job = take();
        lock.unlock();
        run_guarded(job);
        lock.lock();
    }
}

}  // namespace cameo
