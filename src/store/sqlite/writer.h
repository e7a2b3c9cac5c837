#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/sqlite/connection.h"

namespace cameo::store::sqlite {

// The one thread that writes. It takes all jobs that wait, runs each in a savepoint, commits once,
// and then tells all of them. Thread-safe. The destructor finishes what waits.
class Writer {
  public:
    // True keeps what the job changed; false, or a SqliteError, undoes it, and nothing of others.
    using Job = std::function<bool(Connection&)>;

    explicit Writer(std::unique_ptr<Connection> connection);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // Returns when the job's group is committed and durable, or an Error where nothing of it
    // remains: Fault::busy where the deadline passed before the job began. A job that has begun is
    // waited for, past the deadline if need be, so that busy never means a write that comes later.
    Result<void> run(const Job& job, Deadline deadline);

    std::size_t waiting() const;

  private:
    struct Waiting {
        const Job& job;
        Deadline deadline;
        Result<void> outcome;
        bool done = false;
        std::condition_variable changed;
    };
    using Group = std::vector<Waiting*>;

    void write_groups();
    void commit(Group group);
    bool begin(Group& group);
    void run_job(Waiting& waiting);
    void finish(const Group& group, const Result<void>& outcome);

    std::unique_ptr<Connection> connection_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Waiting*> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace cameo::store::sqlite
