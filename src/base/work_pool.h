#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cameo {

// A bounded queue of jobs and the threads that run them. Each kind of blocking work (store, decode,
// ...) has its own, so that a slow one cannot starve the rest. Thread-safe. The destructor drains
// the queue.
class WorkPool {
  public:
    using Job = std::function<void()>;

    // `name` is what the threads are called in ps and gdb (at most 15 characters are kept). A job
    // should not throw: what it throws is told on standard error, and the thread goes on. At most
    // `queue_limit` jobs wait beside those that run.
    WorkPool(std::string name, std::size_t threads, std::size_t queue_limit);
    ~WorkPool();
    WorkPool(const WorkPool&) = delete;
    WorkPool& operator=(const WorkPool&) = delete;

    // False, without running the job ever, where the queue is full or the pool is draining.
    bool try_post(Job job);

    // Runs what is queued, takes nothing new, returns when all threads have ended. May be called
    // twice.
    void drain();

    std::size_t waiting() const;

  private:
    void run();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> queue_;
    std::size_t queue_limit_;
    bool draining_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace cameo
