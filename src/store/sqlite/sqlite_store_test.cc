#include "store/sqlite/sqlite_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "store/contract/sample_photo.h"
#include "store/contract/temporary_folder.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/engine.h"
#include "store/sqlite/schema.h"

namespace cameo::store::sqlite {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class SqliteStoreTest : public testing::Test {
  protected:
    std::unique_ptr<SqliteStore> open(SqliteStore::Open mode = SqliteStore::Open::read_write) {
        auto opened = SqliteStore::open(file_, mode);
        EXPECT_TRUE(opened) << (opened ? "" : opened.error().detail);
        return opened ? *std::move(opened) : nullptr;
    }
    std::string why_not(SqliteStore::Open mode = SqliteStore::Open::read_write) {
        const auto opened = SqliteStore::open(file_, mode);
        EXPECT_FALSE(opened);
        if (opened) return "";
        EXPECT_EQ(opened.error().fault, Fault::internal);
        EXPECT_NE(opened.error().detail.find(file_.native()), std::string::npos)
            << opened.error().detail;
        return opened.error().detail;
    }
    std::unique_ptr<Connection> make_by_hand(const std::string& sql) {
        fs::create_directories(file_.parent_path());
        std::ofstream(file_, std::ios::app).close();
        auto connection = std::make_unique<Connection>(file_, Connection::Access::read_write);
        connection->execute(sql);
        return connection;
    }
    static std::string content(const fs::path& file) {
        std::stringstream text;
        text << std::ifstream(file, std::ios::binary).rdbuf();
        return text.str();
    }
    static unsigned mode_of(const fs::path& file) {
        struct stat status{};
        EXPECT_EQ(stat(file.c_str(), &status), 0) << file;
        return status.st_mode & 0777U;
    }
    OwnerKey owner(int number) const {
        return {"t", OwnerKind::user, "user-" + std::to_string(number)};
    }

    void add_owner(SqliteStore& store, int number) {
        const auto id = owner(number).id;
        (void)store.directory().users().add(
            {.tenant = "t", .id = id, .user_principal_name = id + "@x", .display_name = id}, soon_);
    }
    // Adds the owner if it is missing. Returns the stored photo.
    photo::Photo put(SqliteStore& store, int number) {
        add_owner(store, number);
        auto photo = contract::sample_photo();
        const auto version = store.catalog().put(owner(number), photo, {}, soon_);
        EXPECT_TRUE(version) << (version ? "" : version.error().detail);
        photo.version = version.value_or(0);
        return photo;
    }

    TemporaryFolder folder_;
    fs::path file_ = folder_.path() / "data/catalog.db";
    Deadline soon_ = deadline_in(60s);
};

TEST_F(SqliteStoreTest, MakesItsFilesForTheirOwnerAlone) {
    const auto store = open();
    put(*store, 1);
    EXPECT_EQ(mode_of(file_.parent_path()), 0700U);
    for (const char* suffix : {"", "-wal", "-shm"})
        EXPECT_EQ(mode_of(file_.native() + suffix), 0600U);
}

TEST_F(SqliteStoreTest, HasItsApplicationIdAndAWriteAheadLog) {
    open();
    Connection connection(file_, Connection::Access::read_only);
    EXPECT_EQ(connection.number("PRAGMA application_id"), 0x43414d4f);
    EXPECT_EQ(connection.number("PRAGMA user_version"),
              static_cast<std::int64_t>(migrations().size()));
    auto mode = connection.query("PRAGMA journal_mode");
    ASSERT_TRUE(mode.step());
    EXPECT_EQ(mode.text(0), "wal");
}

TEST_F(SqliteStoreTest, LeavesNoLogWhenItIsClosed) {
    open();
    EXPECT_FALSE(fs::exists(file_.native() + "-wal"));
}

TEST_F(SqliteStoreTest, RefusesAFileThatIsNoDatabaseAndLeavesItUnchanged) {
    fs::create_directories(file_.parent_path());
    const std::string text(10'000, 'x');
    std::ofstream(file_) << text;
    EXPECT_NE(why_not().find("no SQLite database or is damaged"), std::string::npos);
    EXPECT_EQ(content(file_), text);
}

TEST_F(SqliteStoreTest, RefusesTheDatabaseOfAnotherProgramAndLeavesItUnchanged) {
    for (const char* sql : {"PRAGMA application_id=1234", "CREATE TABLE theirs(n)"}) {
        {
            make_by_hand(sql);
        }
        const std::string before = content(file_);
        EXPECT_NE(why_not().find("another program"), std::string::npos);
        EXPECT_EQ(content(file_), before);
        fs::remove(file_);
    }
}

TEST_F(SqliteStoreTest, RefusesTheSchemaOfANewerProgram) {
    open();
    {
        make_by_hand("PRAGMA user_version=1000");
    }
    EXPECT_NE(why_not().find("has schema 1000"), std::string::npos);
    EXPECT_NE(why_not(SqliteStore::Open::read_only).find("newer"), std::string::npos);
}

TEST_F(SqliteStoreTest, ReadOnlyReadsAndNeverWrites) {
    const auto photo = put(*open(), 1);
    const auto store = open(SqliteStore::Open::read_only);
    EXPECT_EQ(store->catalog().find(owner(1), soon_).value(), photo);
    const auto refused = store->catalog().put(owner(1), photo, {}, soon_);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find("reading only"), std::string::npos);
}

TEST_F(SqliteStoreTest, ReadOnlyReadsTheWritesOfARunningServer) {
    const auto server = open();
    const auto reader = open(SqliteStore::Open::read_only);
    const auto photo = put(*server, 1);
    EXPECT_EQ(reader->catalog().find(owner(1), soon_).value(), photo);
}

TEST_F(SqliteStoreTest, ReadOnlyMakesAndMigratesNothing) {
    EXPECT_NE(why_not(SqliteStore::Open::read_only).find("There is no database"),
              std::string::npos);
    EXPECT_FALSE(fs::exists(file_));
    fs::create_directories(file_.parent_path());
    std::ofstream(file_).close();
    EXPECT_NE(why_not(SqliteStore::Open::read_only).find("needs schema"), std::string::npos);
    EXPECT_EQ(fs::file_size(file_), 0U);
}

TEST_F(SqliteStoreTest, ADamagedPageIsAFaultWithAMessageAndNeverACrash) {
    {
        const auto store = open();
        for (int i = 0; i < 300; ++i) put(*store, i);
    }
    const auto size = fs::file_size(file_);
    {
        std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
        // The tables' roots and the schema are in the first half.
        for (std::uintmax_t page = size / 4096 * 3 / 4; page < size / 4096; ++page) {
            file.seekp(static_cast<std::streamoff>(page * 4096));
            file << std::string(4096, '\xa5');
        }
    }
    const auto store = open();
    int faults = 0;
    for (int i = 0; i < 300; ++i) {
        const auto found = store->catalog().find(owner(i), soon_);
        if (found) continue;
        ++faults;
        EXPECT_EQ(found.error().fault, Fault::internal);
        EXPECT_NE(found.error().detail.find("restore it from a backup"), std::string::npos)
            << found.error().detail;
    }
    EXPECT_GT(faults, 0);
    (void)store->catalog().put(owner(1), contract::sample_photo(), {}, soon_);
}

TEST_F(SqliteStoreTest, ATruncatedFileIsAFaultAndNeverACrash) {
    {
        const auto store = open();
        for (int i = 0; i < 100; ++i) put(*store, i);
    }
    for (const std::uintmax_t size : {20'000U, 4'097U, 4'096U, 100U, 50U, 1U}) {
        fs::resize_file(file_, size);
        const auto opened = SqliteStore::open(file_, SqliteStore::Open::read_write);
        if (!opened) {
            EXPECT_EQ(opened.error().fault, Fault::internal) << size;
            continue;
        }
        int faults = 0;
        for (int i = 0; i < 100; ++i)
            if (!(*opened)->catalog().find(owner(i), soon_)) ++faults;
        EXPECT_GT(faults, 0) << size;
    }
}

TEST_F(SqliteStoreTest, ARowThatDoesNotDecodeIsAFaultThatNamesTheOwner) {
    const auto store = open();
    put(*store, 1);
    for (const char* column : {"renditions", "upload_hash"}) {
        {
            make_by_hand(std::string("UPDATE photos SET ") + column + "=x'0203'");
        }
        const auto found = store->catalog().find(owner(1), soon_);
        ASSERT_FALSE(found) << column;
        EXPECT_EQ(found.error().fault, Fault::internal);
        EXPECT_NE(found.error().detail.find("user-1"), std::string::npos);
        put(*store, 1);
    }
}

TEST_F(SqliteStoreTest, AWriteThatWasBusyIsNotMadeLater) {
    const auto store = open();
    add_owner(*store, 1);
    {
        const auto other = make_by_hand("BEGIN IMMEDIATE");
        const auto late =
            store->catalog().put(owner(1), contract::sample_photo(), {}, deadline_in(30ms));
        ASSERT_FALSE(late);
        EXPECT_EQ(late.error().fault, Fault::busy);
        EXPECT_FALSE(store->catalog().find(owner(1), soon_).value()) << "reads go on meanwhile";
    }
    put(*store, 2);
    EXPECT_FALSE(store->catalog().find(owner(1), soon_).value());
}

TEST_F(SqliteStoreTest, AReadThatStillRunsAtItsDeadlineIsBusy) {
    open();
    Engine engine(file_, Connection::Access::read_only,
                  std::make_unique<Connection>(file_, Connection::Access::read_only));
    const auto count_to = [&](const char* most, Deadline deadline) {
        return engine.read(deadline, [&](Connection& connection) -> Result<std::int64_t> {
            auto query = connection.query_once(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT ?1) "
                "SELECT count(*) FROM n");
            query.bind(1, std::stoll(most)).step();
            return query.integer(0);
        });
    };
    const auto late = count_to("100000000", deadline_in(50ms));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().fault, Fault::busy);
    EXPECT_EQ(count_to("1000000", deadline_in(60s)), 1'000'000) << "the connection is as before";
}

TEST_F(SqliteStoreTest, AScrubLeavesNothingOfRemovedRowsInTheFiles) {
    const auto store = open();
    auto& users = store->directory().users();
    for (int i = 0; i < 200; ++i)
        ASSERT_TRUE(users.add({.tenant = "t",
                               .id = "user-" + std::to_string(i),
                               .user_principal_name = std::to_string(i) + "@x",
                               .display_name = i == 100 ? "Xanthippe Quetzal" : "Ada"},
                              deadline_in(60s)));
    auto photo = contract::sample_photo();
    const OwnerKey owner{"t", OwnerKind::user, "user-100"};
    ASSERT_TRUE(store->catalog().put(owner, photo, {}, deadline_in(60s)));
    ASSERT_TRUE(users.remove("t", "user-100", contract::at(1), deadline_in(60s)));
    const fs::path log = file_.native() + "-wal";
    EXPECT_NE(content(log).find("Xanthippe"), std::string::npos);
    ASSERT_TRUE(store->catalog().scrub(deadline_in(60s)));
    EXPECT_EQ(fs::file_size(log), 0U);
    const auto database = content(file_);
    for (const auto& gone : {std::string("Xanthippe"), std::string("xanthippe"), photo.etag})
        EXPECT_EQ(database.find(gone), std::string::npos) << gone;
    EXPECT_TRUE(users.find("t", "user-99", deadline_in(60s)).value());
}

TEST_F(SqliteStoreTest, AScrubIsBusyWhileAReaderNeedsTheLog) {
    const auto store = open();
    ASSERT_TRUE(store->directory().put_tenant({.id = "t", .name = "n"}, deadline_in(60s)));
    Connection reader(file_, Connection::Access::read_only);
    reader.execute("BEGIN");
    reader.number("SELECT count(*) FROM tenants");
    ASSERT_TRUE(store->directory().put_tenant({.id = "u", .name = "m"}, deadline_in(60s)));
    EXPECT_EQ(store->catalog().scrub(deadline_in(100ms)).error().fault, Fault::busy);
    reader.execute("COMMIT");
    EXPECT_TRUE(store->catalog().scrub(deadline_in(60s)));
}

}  // namespace
}  // namespace cameo::store::sqlite
