#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/sqlite/connection.h"

namespace cameo::store::sqlite {

// The only thread that writes. It takes all waiting jobs, runs each in a savepoint, commits once,
// and then reports to all callers. Thread-safe. The destructor finishes waiting jobs.
class Writer {
  public:
    // True keeps the changes of the job; false, or a SqliteError, undoes them, and no others.
    using Job = std::function<bool(Connection&)>;

    explicit Writer(std::unique_ptr<Connection> connection);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // Returns after the job's group is committed and durable, or an Error if nothing of it
    // remains: Fault::busy if the deadline passed before the job began. Fault::outcome_unknown
    // if the commit failed, but the next start may find it in the log. The call waits for a job
    // that has begun, past the deadline if necessary, so busy never means a write that is made
    // later.
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
    Result<void> end();
    void finish(const Group& group, const Result<void>& outcome);

    std::unique_ptr<Connection> connection_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Waiting*> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

// Access to the database for catalog and directory. Never throws SqliteError.
// Thread-safe.
class Engine {
  public:
    // `connection` becomes the writer's if `access` is read_write.
    Engine(std::filesystem::path file, Connection::Access access,
           std::unique_ptr<Connection> connection);

    // `work` takes a Connection& and returns a Result<T>. It reads every write that has returned.
    // Fault::busy if its statements still run at the deadline.
    template <class Work, class Answer = std::invoke_result_t<Work, Connection&>>
    Answer read(Deadline deadline, Work work) {
        if (has_passed(deadline)) return std::unexpected(late());
        try {
            const Lease lease(*this);
            lease.connection->run_until(deadline);
            return work(*lease.connection);
        } catch (...) {
            return std::unexpected(current_error());
        }
    }

    // As read. The changes of `work` are kept if and only if it returns a value.
    template <class Work, class Answer = std::invoke_result_t<Work, Connection&>>
    Answer write(Deadline deadline, Work work) {
        std::optional<Answer> answer;
        const auto done = run(deadline, [&](Connection& connection) {
            answer.emplace(work(connection));
            return answer->has_value();
        });
        if (!done) return std::unexpected(done.error());
        return *std::move(answer);
    }

    // Writes the log into the database and cuts it to nothing. Waits for reads and for the writer,
    // which wait for it too. Fault::busy at the deadline.
    Result<void> truncate_log(Deadline deadline);

  private:
    // A connection borrowed for one read. No thread owns one, so threads may end.
    struct Lease {
        explicit Lease(Engine& from) : engine(from), connection(from.borrow()) {}
        ~Lease() { engine.give_back(std::move(connection)); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;

        Engine& engine;
        std::unique_ptr<Connection> connection;
    };

    std::unique_ptr<Connection> borrow();
    void give_back(std::unique_ptr<Connection> connection);
    Result<void> run(Deadline deadline, const Writer::Job& job);
    static Error late();
    static Error current_error();  // of the exception being handled

    std::filesystem::path file_;
    Connection::Access access_;
    std::optional<Writer> writer_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace cameo::store::sqlite
