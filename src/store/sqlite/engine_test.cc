#include "store/sqlite/engine.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <future>
#include <latch>
#include <optional>
#include <string>

#include "store/contract/temporary_folder.h"

namespace cameo::store::sqlite {
namespace {

using namespace std::chrono_literals;
using Numbers = std::vector<std::int64_t>;

Writer::Job insert(std::int64_t number) {
    return [number](Connection& connection) {
        connection.query("INSERT INTO numbers VALUES(?1)").bind(1, number).step();
        return true;
    };
}

// Violates a constraint that only COMMIT checks.
bool break_the_commit(Connection& connection) {
    connection.execute("INSERT INTO children VALUES(4711)");
    return true;
}

class WriterTest : public testing::Test {
  protected:
    WriterTest() {
        std::ofstream(file_).close();
        auto connection = connect();
        connection->execute(
            "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON;"
            "CREATE TABLE numbers(n INTEGER PRIMARY KEY);"
            "CREATE TABLE children(n REFERENCES numbers(n) DEFERRABLE INITIALLY DEFERRED)");
        writer_.emplace(std::move(connection));
    }

    std::unique_ptr<Connection> connect() const {
        return std::make_unique<Connection>(file_, Connection::Access::read_write);
    }
    Numbers numbers() const {
        const auto connection = connect();
        auto query = connection->query("SELECT n FROM numbers ORDER BY n");
        Numbers found;
        while (query.step()) found.push_back(query.integer(0));
        return found;
    }
    std::future<Result<void>> start(Writer::Job job, Deadline deadline = deadline_in(60s)) {
        return std::async(std::launch::async, [this, job = std::move(job), deadline] {
            return writer_->run(job, deadline);
        });
    }
    // Occupies the writer, so that the next jobs wait and form one group.
    std::future<Result<void>> hold() {
        auto running = std::make_shared<std::latch>(1);
        auto held = start([this, running](Connection&) {
            running->count_down();
            released_.wait();
            return true;
        });
        running->wait();
        return held;
    }
    void wait_for_queue(std::size_t length) const {
        while (writer_->waiting() < length) std::this_thread::yield();
    }

    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "test.db";
    std::latch released_{1};
    std::optional<Writer> writer_;
};

TEST_F(WriterTest, AReturnedWriteIsReadByOtherConnections) {
    ASSERT_TRUE(writer_->run(insert(1), deadline_in(60s)));
    EXPECT_EQ(numbers(), Numbers{1});
}

TEST_F(WriterTest, AFailedJobUndoesOnlyItself) {
    auto held = hold();
    auto good = start(insert(1));
    auto refused = start([](Connection& connection) { return insert(2)(connection) && false; });
    auto failing = start([](Connection& connection) {
        insert(3)(connection);
        connection.execute("INSERT INTO nowhere VALUES(1)");
        return true;
    });
    auto throwing = start([](Connection& connection) -> bool {
        insert(4)(connection);
        throw std::runtime_error("not SQLite's");
    });
    auto another = start(insert(5));
    wait_for_queue(5);
    released_.count_down();
    EXPECT_TRUE(held.get());
    EXPECT_TRUE(good.get());
    EXPECT_TRUE(refused.get()) << "its group is committed; that it kept nothing was its own wish";
    EXPECT_NE(failing.get().error().detail.find("nowhere"), std::string::npos);
    EXPECT_EQ(throwing.get().error().detail, "not SQLite's");
    EXPECT_TRUE(another.get());
    EXPECT_EQ(numbers(), (Numbers{1, 5}));
}

TEST_F(WriterTest, AFailedCommitFailsEveryJobOfItsGroupAndNotTheNext) {
    auto held = hold();
    auto first = start(insert(1));
    wait_for_queue(1);
    auto breaking = start(break_the_commit);
    auto last = start(insert(2));
    wait_for_queue(3);
    released_.count_down();
    EXPECT_TRUE(held.get()) << "an earlier group";
    for (auto* job : {&first, &breaking, &last}) {
        const auto outcome = job->get();
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().fault, Fault::internal);
        EXPECT_NE(outcome.error().detail.find("FOREIGN KEY"), std::string::npos);
    }
    EXPECT_TRUE(numbers().empty());
    EXPECT_TRUE(writer_->run(insert(3), deadline_in(60s)));
    EXPECT_EQ(numbers(), Numbers{3});
}

TEST_F(WriterTest, NoJobReturnsBeforeTheGroupIsCommitted) {
    std::latch second_runs(1), go_on(1);
    auto held = hold();
    auto first = start(insert(1));
    wait_for_queue(1);
    auto second = start([&](Connection&) {
        second_runs.count_down();
        go_on.wait();
        return true;
    });
    wait_for_queue(2);
    released_.count_down();
    second_runs.wait();
    EXPECT_EQ(first.wait_for(20ms), std::future_status::timeout);
    EXPECT_TRUE(numbers().empty());
    go_on.count_down();
    EXPECT_TRUE(first.get());
    EXPECT_TRUE(second.get());
    EXPECT_TRUE(held.get());
    EXPECT_EQ(numbers(), Numbers{1});
}

TEST_F(WriterTest, AJobWhoseDeadlinePassesWhileItWaitsNeverRuns) {
    auto held = hold();
    EXPECT_EQ(writer_->run(insert(1), deadline_in(20ms)).error().fault, Fault::busy);
    EXPECT_EQ(writer_->waiting(), 0U);
    released_.count_down();
    EXPECT_TRUE(held.get());
    EXPECT_TRUE(writer_->run(insert(2), deadline_in(60s)));
    EXPECT_EQ(numbers(), Numbers{2});
}

TEST_F(WriterTest, ACallWaitsForAStartedJobPastItsDeadline) {
    const auto slow = [](Connection& connection) {
        std::this_thread::sleep_for(60ms);
        return insert(1)(connection);
    };
    EXPECT_TRUE(writer_->run(slow, deadline_in(20ms)));
    EXPECT_EQ(numbers(), Numbers{1});
}

TEST_F(WriterTest, AJobInALateGroupIsDroppedAndTheOthersRun) {
    auto held = hold();
    auto slow = start([](Connection& connection) {
        std::this_thread::sleep_for(80ms);
        return insert(1)(connection);
    });
    wait_for_queue(1);
    auto late = start(insert(2), deadline_in(60ms));
    wait_for_queue(2);
    auto patient = start(insert(3));
    wait_for_queue(3);
    released_.count_down();
    EXPECT_TRUE(slow.get());
    EXPECT_EQ(late.get().error().fault, Fault::busy);
    EXPECT_TRUE(patient.get());
    EXPECT_TRUE(held.get());
    EXPECT_EQ(numbers(), (Numbers{1, 3}));
}

TEST_F(WriterTest, WhileAnotherProcessHoldsTheLockEachJobWaitsToItsOwnDeadline) {
    const auto other = connect();
    other->execute("BEGIN IMMEDIATE");
    auto patient = start(insert(2));
    EXPECT_EQ(writer_->run(insert(1), deadline_in(30ms)).error().fault, Fault::busy);
    EXPECT_EQ(patient.wait_for(0ms), std::future_status::timeout);
    other->execute("ROLLBACK");
    EXPECT_TRUE(patient.get());
    EXPECT_EQ(numbers(), Numbers{2});
}

TEST_F(WriterTest, AFullDatabaseFailsNewWritesAndKeepsAcknowledgedOnes) {
    const Writer::Job grow = [](Connection& connection) {
        connection.execute(
            "PRAGMA max_page_count=50; CREATE TABLE big(b);"
            "INSERT INTO big VALUES(zeroblob(1000000))");
        return true;
    };
    auto held = hold();
    auto before = start(insert(1));
    wait_for_queue(1);
    auto growing = start(grow);
    wait_for_queue(2);
    auto after = start(insert(2));
    wait_for_queue(3);
    released_.count_down();
    const auto full = growing.get();
    ASSERT_FALSE(full);
    EXPECT_NE(full.error().detail.find("full"), std::string::npos) << full.error().detail;
    Numbers acknowledged;
    if (before.get()) acknowledged.push_back(1);
    if (after.get()) acknowledged.push_back(2);
    EXPECT_TRUE(held.get());
    EXPECT_EQ(numbers(), acknowledged);
}

TEST_F(WriterTest, FinishesWaitingJobsBeforeItEnds) {
    auto held = hold();
    auto waiting = start(insert(1));
    wait_for_queue(1);
    released_.count_down();
    writer_.reset();
    EXPECT_TRUE(held.get());
    EXPECT_TRUE(waiting.get());
    EXPECT_EQ(numbers(), Numbers{1});
}

TEST(SqliteErrorTest, TheOutcomeOfACommitIsUnknownAfterAnInputOrOutputError) {
    const SqliteError sync(SQLITE_IOERR_FSYNC, "fsync");
    EXPECT_EQ(sync.as_error().fault, Fault::internal);
    EXPECT_EQ(sync.as_commit_error().fault, Fault::outcome_unknown);
    EXPECT_EQ(SqliteError(SQLITE_FULL, "full").as_commit_error().fault, Fault::internal);
    EXPECT_EQ(SqliteError(SQLITE_BUSY, "busy").as_commit_error().fault, Fault::busy);
}

}  // namespace
}  // namespace cameo::store::sqlite
