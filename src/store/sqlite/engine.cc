#include "store/sqlite/engine.h"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "store/sqlite/connection.h"

namespace cameo::store::sqlite {
namespace {

// Limits how long the first of a group waits for the others.
constexpr std::size_t kGroupLimit = 256;

Error late() { return {Fault::busy, "The catalog did not answer in time."}; }

// More than the worker threads of a busy server. Connections beyond it, opened in a burst, are
// closed.
constexpr std::size_t kIdleConnections = 16;

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)), thread_([this] { write_groups(); }) {
    pthread_setname_np(thread_.native_handle(), "catalog-writer");
}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_all();
    thread_.join();
}

Result<void> Writer::run(const Job& job, Deadline deadline) {
    if (has_passed(deadline)) return std::unexpected(late());
    Waiting waiting{job, deadline, {}, false, {}};
    std::unique_lock lock(mutex_);
    queue_.push_back(&waiting);
    arrived_.notify_one();
    if (!waiting.changed.wait_until(lock, deadline, [&] { return waiting.done; })) {
        if (std::erase(queue_, &waiting) > 0) return std::unexpected(late());
        waiting.changed.wait(lock, [&] { return waiting.done; });
    }
    return waiting.outcome;
}

std::size_t Writer::waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void Writer::write_groups() {
    std::unique_lock lock(mutex_);
    while (true) {
        arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        const auto end =
            queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kGroupLimit));
        Group group(queue_.begin(), end);
        queue_.erase(queue_.begin(), end);
        lock.unlock();
        commit(std::move(group));
        lock.lock();
    }
}

void Writer::commit(Group group) {
    try {
        if (!begin(group)) return;
        for (Waiting* waiting : group) run_job(*waiting);
        finish(group, end());
    } catch (const SqliteError& error) {
        connection_->roll_back();
        finish(group, std::unexpected(error.as_error()));
    } catch (const std::exception& error) {  // no memory
        connection_->roll_back();
        finish(group, fail(Fault::internal, error.what()));
    }
}

// Drops from `group` those whose deadline passes while another process holds the lock. False if
// none is left.
bool Writer::begin(Group& group) {
    while (true) {
        Group late_ones;
        std::erase_if(group, [&](Waiting* waiting) {
            if (!has_passed(waiting->deadline)) return false;
            late_ones.push_back(waiting);
            return true;
        });
        finish(late_ones, std::unexpected(late()));
        if (group.empty()) return false;
        connection_->wait_until(
            (*std::ranges::min_element(group, {}, &Waiting::deadline))->deadline);
        try {
            connection_->query("BEGIN IMMEDIATE").step();
            return true;
        } catch (const SqliteError& error) {
            if (!error.is_busy()) throw;
        }
    }
}

Result<void> Writer::end() {
    try {
        connection_->query("COMMIT").step();
        return {};
    } catch (const SqliteError& error) {
        connection_->roll_back();
        return std::unexpected(error.as_commit_error());
    }
}

void Writer::run_job(Waiting& waiting) {
    if (has_passed(waiting.deadline)) {
        waiting.outcome = std::unexpected(late());
        return;
    }
    connection_->query("SAVEPOINT job").step();
    bool keep = false;
    try {
        keep = waiting.job(*connection_);
    } catch (const SqliteError& error) {
        // A full disk can end the whole transaction, and with it the changes of the others.
        if (!connection_->in_transaction()) throw;
        waiting.outcome = std::unexpected(error.as_error());
    } catch (const std::exception& error) {
        waiting.outcome = fail(Fault::internal, error.what());
    }
    if (!keep) connection_->query("ROLLBACK TO job").step();
    connection_->query("RELEASE job").step();
}

void Writer::finish(const Group& group, const Result<void>& outcome) {
    const std::lock_guard lock(mutex_);
    for (Waiting* waiting : group) {
        if (!outcome) waiting->outcome = outcome;
        waiting->done = true;
        waiting->changed.notify_one();  // under the lock: afterwards `waiting` may be gone
    }
}

Engine::Engine(std::filesystem::path file, Connection::Access access,
               std::unique_ptr<Connection> connection)
    : file_(std::move(file)), access_(access) {
    if (access == Connection::Access::read_write)
        writer_.emplace(std::move(connection));
    else
        idle_.push_back(std::move(connection));
}

Result<void> Engine::truncate_log(Deadline deadline) {
    if (has_passed(deadline)) return std::unexpected(late());
    try {
        Connection connection(file_, access_);
        connection.wait_until(deadline);
        if (connection.number("PRAGMA wal_checkpoint(TRUNCATE)") != 0)
            return std::unexpected(late());
        return {};
    } catch (...) {
        return std::unexpected(current_error());
    }
}

std::unique_ptr<Connection> Engine::borrow() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
    }
    auto connection = std::make_unique<Connection>(file_, access_);
    connection->execute("PRAGMA query_only=ON");
    return connection;
}

void Engine::give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kIdleConnections) idle_.push_back(std::move(connection));
}

Result<void> Engine::run(Deadline deadline, const Writer::Job& job) {
    if (!writer_) return fail(Fault::internal, file_.native() + " was opened for reading only");
    return writer_->run(job, deadline);
}

Error Engine::late() { return {Fault::busy, "The catalog did not answer in time."}; }

Error Engine::current_error() {
    try {
        throw;
    } catch (const SqliteError& error) {
        return error.as_error();
    } catch (const std::exception& error) {
        return {Fault::internal, std::string("catalog: ") + error.what()};
    }
}

}  // namespace cameo::store::sqlite
