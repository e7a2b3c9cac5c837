#include "base/work_pool.h"

#include <pthread.h>

#include <cstdio>
#include <exception>
#include <utility>

namespace cameo {
namespace {

// The last exception handler. Code that posts a job which may throw has its own handler, which
// knows the request.
void run_guarded(WorkPool::Job& job) {
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
                   std::size_t key_limit, std::size_t key_threads)
    : queue_limit_(queue_limit), key_limit_(key_limit), key_threads_(key_threads) {
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
        const auto found = jobs_.find(key);
        if (found != jobs_.end() && found->second.waiting.size() >= key_limit_) return false;
        add(std::move(job), key);
    }
    changed_.notify_one();
    return true;
}

// The order matters: next_turn() handles every state that bad_alloc can leave.
void WorkPool::add(Job job, std::string_view key) {
    const auto own = jobs_.try_emplace(std::string(key)).first;
    give_turn(own);
    own->second.waiting.push_back(std::move(job));
    ++waiting_;
}

void WorkPool::give_turn(JobsByKey::iterator own) {
    if (own->second.has_turn || own->second.running >= key_threads_) return;
    turns_.push_back(own);
    own->second.has_turn = true;
}

// The key whose oldest job may begin now; the end of jobs_ where there is none.
WorkPool::JobsByKey::iterator WorkPool::next_turn() {
    while (!turns_.empty()) {
        const auto own = turns_.front();
        turns_.pop_front();
        own->second.has_turn = false;
        if (!own->second.waiting.empty()) return own;
    }
    return jobs_.end();
}

void WorkPool::end_job(JobsByKey::iterator own) {
    --own->second.running;
    if (!own->second.waiting.empty()) {
        give_turn(own);
        // Threads may sleep because this key had reached key_threads.
        changed_.notify_one();
    } else if (own->second.running == 0 && !own->second.has_turn) {
        jobs_.erase(own);
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
        changed_.wait(lock, [this] { return (draining_ && waiting_ == 0) || !turns_.empty(); });
        const auto own = next_turn();
        if (own == jobs_.end()) {
            if (draining_ && waiting_ == 0) return;
            continue;
        }
        Job job = std::move(own->second.waiting.front());
        own->second.waiting.pop_front();
        ++own->second.running;
        if (--waiting_ == 0 && draining_) changed_.notify_all();
        if (!own->second.waiting.empty()) give_turn(own);
        lock.unlock();
        run_guarded(job);
        job = nullptr;  // destroyed outside the lock
        lock.lock();
        end_job(own);
    }
}

}  // namespace cameo
