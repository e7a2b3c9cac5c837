#include "store/sqlite/engine.h"

#include <string>

#include "store/sqlite/sqlite_error.h"

namespace cameo::store::sqlite {
namespace {

// More than the threads of a busy server's store lane; what a burst opens beyond it is closed.
constexpr std::size_t kIdleConnections = 16;

}  // namespace

Engine::Engine(std::filesystem::path file, Connection::Access access,
               std::unique_ptr<Connection> connection)
    : file_(std::move(file)), access_(access) {
    if (access == Connection::Access::read_write)
        writer_.emplace(std::move(connection));
    else
        idle_.push_back(std::move(connection));
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
