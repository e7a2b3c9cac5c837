#include "base/work_pool.h"

#include <pthread.h>

#include <utility>

namespace cameo {

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
        job();
        lock.lock();
    }
}

}  // namespace cameo
