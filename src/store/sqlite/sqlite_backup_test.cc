#include "store/sqlite/sqlite_backup.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "store/contract/sample_photo.h"
#include "store/contract/temporary_folder.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"

namespace cameo::store::sqlite {
namespace {

using namespace std::chrono_literals;

class SqliteBackupTest : public testing::Test {
  protected:
    std::unique_ptr<SqliteStore> open(const std::filesystem::path& file,
                                      SqliteStore::Open mode = SqliteStore::Open::read_write) {
        auto opened = SqliteStore::open(file, mode);
        EXPECT_TRUE(opened) << opened.error().detail;
        return std::move(*opened);
    }
    static std::size_t photos_in(SqliteStore& store) {
        return store.catalog().list(std::nullopt, 100'000, deadline_in(60s))->size();
    }
    static void put(SqliteStore& store, const std::string& id) {
        (void)store.directory().users().add(  // a conflict where it exists
            {.tenant = "t", .id = id, .user_principal_name = id + "@x", .display_name = id},
            deadline_in(60s));
        ASSERT_TRUE(store.catalog().put({"t", OwnerKind::user, id}, contract::sample_photo(), {},
                                        deadline_in(60s)));
    }

    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "catalog.db";
    std::filesystem::path copy_ = folder_.path() / "copy.db";
};

TEST_F(SqliteBackupTest, ACopyOfAnOpenStoreHasAllItsRows) {
    const auto store = open(file_);
    put(*store, "1");
    ASSERT_TRUE(copy_database(file_, copy_));
    put(*store, "2");
    const auto copy = open(copy_, SqliteStore::Open::read_only);
    EXPECT_EQ(photos_in(*copy), 1U);
}

TEST_F(SqliteBackupTest, ACopyIsOneFileForItsOwnerOnly) {
    const auto store = open(file_);
    ASSERT_TRUE(copy_database(file_, copy_));
    struct stat about{};
    ASSERT_EQ(::stat(copy_.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
    photos_in(*open(copy_, SqliteStore::Open::read_only));
    EXPECT_FALSE(std::filesystem::exists(copy_.native() + "-wal"));
    EXPECT_FALSE(std::filesystem::exists(copy_.native() + "-shm"));
}

TEST_F(SqliteBackupTest, ACopyMadeDuringWritesIsConsistent) {
    const auto store = open(file_);
    std::jthread writer([&](const std::stop_token& stop) {
        for (int i = 0; !stop.stop_requested(); ++i) put(*store, std::to_string(i));
    });
    for (int round = 0; round < 5; ++round) {
        const auto file = folder_.path() / std::to_string(round);
        const auto copied = copy_database(file_, file);
        ASSERT_TRUE(copied) << copied.error().detail;
        EXPECT_EQ(check_database(file), std::vector<std::string>{});
        // Ids were given in order, so of n photos the last is n - 1.
        const auto copy = open(file, SqliteStore::Open::read_only);
        const auto photos = photos_in(*copy);
        if (photos > 0) {
            const OwnerKey last{"t", OwnerKind::user, std::to_string(photos - 1)};
            EXPECT_TRUE(copy->catalog().find(last, deadline_in(60s))->has_value());
        }
    }
}

TEST_F(SqliteBackupTest, AnExistingFileIsNotOverwritten) {
    const auto store = open(file_);
    std::ofstream(copy_) << "mine";
    EXPECT_FALSE(copy_database(file_, copy_));
    EXPECT_EQ(std::filesystem::file_size(copy_), 4U);
}

TEST_F(SqliteBackupTest, AFailedCopyLeavesNothing) {
    std::ofstream(file_) << std::string(4'096, 'x');
    EXPECT_FALSE(copy_database(file_, copy_));
    EXPECT_FALSE(std::filesystem::exists(copy_));
}

TEST_F(SqliteBackupTest, ASoundDatabaseHasNoFindingsAndADamagedOneHas) {
    {
        const auto store = open(file_);
        for (int i = 0; i < 500; ++i) put(*store, std::to_string(i));
    }
    EXPECT_EQ(check_database(file_), std::vector<std::string>{});
    std::fstream stream(file_, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(40'960);
    stream << std::string(16'384, '\x5a');
    stream.close();
    const auto findings = check_database(file_);
    EXPECT_TRUE(!findings || !findings->empty());
}

class CheckCatalogTest : public SqliteBackupTest {
  protected:
    CheckCatalogTest() {
        const auto store = open(file_);
        put(*store, "1");
    }
    void change(const std::string& sql) {
        Connection connection(file_, Connection::Access::read_write);
        connection.execute(sql);
    }
    std::string finding() {
        const auto checked = check_catalog(file_);
        return checked ? "" : checked.error().detail;
    }
};

TEST_F(CheckCatalogTest, ACatalogOfEverySchemaIsAccepted) {
    EXPECT_EQ(finding(), "");
    for (std::size_t version = 1; version <= migrations().size(); ++version) {
        std::filesystem::remove(file_);
        std::ofstream(file_).close();
        for (const char* step : migrations().first(version)) change(step);
        change("PRAGMA application_id=0x43414d4f; PRAGMA user_version=" + std::to_string(version));
        EXPECT_EQ(finding(), "") << version;
    }
}

TEST_F(CheckCatalogTest, ACatalogThatDiffersFromItsSchemaIsRefused) {
    const std::vector<std::pair<std::string, std::string>> changes{
        {"CREATE TRIGGER t AFTER INSERT ON photos BEGIN DELETE FROM tenants; END",
         "DROP TRIGGER t"},
        {"CREATE VIEW v AS SELECT 1", "DROP VIEW v"},
        {"CREATE TABLE more(x)", "DROP TABLE more"},
        {"DROP INDEX photos_by_blob", "CREATE INDEX photos_by_blob ON photos(blob_key)"}};
    for (const auto& [made, undone] : changes) {
        change(made);
        EXPECT_TRUE(finding().contains("schema")) << made;
        change(undone);
        EXPECT_EQ(finding(), "");
    }
}

TEST_F(CheckCatalogTest, ACatalogOfAnotherProgramOrOfALaterSchemaIsRefused) {
    change("PRAGMA user_version=99");
    EXPECT_TRUE(finding().contains("version that made it"));
    change("PRAGMA application_id=7");
    EXPECT_TRUE(finding().contains("no catalog"));
    std::ofstream(file_) << "text";
    EXPECT_NE(finding(), "");
}

TEST_F(CheckCatalogTest, ADamagedCatalogIsRefused) {
    {
        const auto store = open(file_);
        for (int i = 0; i < 500; ++i) put(*store, std::to_string(i));
    }
    std::fstream stream(file_, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(40'960);
    stream << std::string(16'384, '\x5a');
    stream.close();
    EXPECT_NE(finding(), "");
}

// https://sqlite.org/security.html
TEST_F(SqliteBackupTest, TheSchemaOfAFileIsNotTrusted) {
    std::ofstream(file_).close();
    Connection connection(file_, Connection::Access::read_write);
    EXPECT_EQ(connection.number("PRAGMA trusted_schema"), 0);
    EXPECT_EQ(connection.number("PRAGMA cell_size_check"), 1);
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(word)");
    EXPECT_THROW(connection.execute("DELETE FROM words_data"), SqliteError);
    connection.execute("PRAGMA writable_schema=ON");
    EXPECT_THROW(connection.execute("DELETE FROM sqlite_schema"), SqliteError);
    EXPECT_THROW(connection.execute("SELECT load_extension('none.so')"), SqliteError);
    connection.execute(
        "CREATE TABLE t(x); CREATE TRIGGER tt AFTER INSERT ON t BEGIN "
        "SELECT fts3_tokenizer('simple'); END");
    EXPECT_THROW(connection.execute("INSERT INTO t VALUES(1)"), SqliteError);
}

}  // namespace
}  // namespace cameo::store::sqlite
