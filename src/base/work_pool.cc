#include "base/work_pool.h"

#include <pthread.h>

#include <cstdio>
#include <exception>
#include <utility>

namespace cameo {
namespace {

// The last resort: whoever posts a job that may throw catches it, and knows whose it was.
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

WorkPool::WorkPool(std::string name, std::size_t threads, std::size_t queue_limit)
    : queue_limit_(queue_limit) {
    name.resize(std::min<std::size_t>(name.size(), 15));  // the kernel's limit
    for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { run(); });
        pthread_setname_np(threads_.back().native_handle(), name.c_str());
    }
}

WorkPool::~WorkPool() { drain(); }

bool WorkPool::try_post(Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (draining_ || queue_.size() >= queue_limit_) return false;
        queue_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
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
    return queue_.size();
}

void WorkPool::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return draining_ || !queue_.empty(); });
        if (queue_.empty()) return;
        const Job job = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        run_guarded(job);
        lock.lock();
    }
}

}  // namespace cameo
