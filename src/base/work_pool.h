#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cameo {

// A bounded queue of jobs and the threads that run them. Each kind of blocking work (store, decode,
// ...) has its own pool, so that a slow kind cannot starve the rest. Keys take turns (round robin):
// a free thread runs the oldest job of the key that has waited longest. However many jobs one key
// has, the next job of another begins after at most one job per thread and per other key.
// Thread-safe. The destructor drains the queue.
class WorkPool {
  public:
    using Job = std::move_only_function<void()>;

    // `name` is the name of the threads in ps and gdb (at most 15 characters are used). A job
    // should not throw: an exception is reported on standard error, and the thread continues. At
    // most `queue_limit` jobs wait in addition to those that run, at most `key_limit` of one key.
    // At most `key_threads` (1 or more) jobs of one key run at once.
    WorkPool(std::string name, std::size_t threads, std::size_t queue_limit,
             std::size_t key_limit = SIZE_MAX, std::size_t key_threads = SIZE_MAX);
    ~WorkPool();
    WorkPool(const WorkPool&) = delete;
    WorkPool& operator=(const WorkPool&) = delete;

    // False, and the job never runs, if the queue is full or the pool is draining. Jobs
    // with the same key begin in the order of arrival.
    bool try_post(Job job, std::string_view key = {});

    // Runs the queued jobs, accepts no new ones, returns when all threads have ended. May be called
    // twice.
    void drain();

    std::size_t waiting() const;

  private:
    struct Jobs {
        std::deque<Job> waiting;
        std::size_t running = 0;
        bool has_turn = false;
    };
    using JobsByKey = std::map<std::string, Jobs, std::less<>>;

    void add(Job job, std::string_view key);
    void give_turn(JobsByKey::iterator own);
    JobsByKey::iterator next_turn();
    void end_job(JobsByKey::iterator own);
    void run();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    JobsByKey jobs_;
    std::deque<JobsByKey::iterator> turns_;  // each key with a job that may begin, once
    std::size_t waiting_ = 0;
    std::size_t queue_limit_;
    std::size_t key_limit_;
    std::size_t key_threads_;
    bool draining_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace cameo
