#include "store/sqlite/people.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <stdexcept>
#include <string>

#include "photo/photo.h"
#include "store/contract/temporary_folder.h"
#include "store/sqlite/sqlite_store.h"

namespace cameo::store::sqlite {
namespace {

using directory::PeopleQuery;
using Photo = PeopleQuery::Photo;

// What the suite of directory::Store::people cannot do through the ports. Rows are written by SQL.
class SqlitePeopleTest : public testing::Test {
  protected:
    SqlitePeopleTest() {
        auto opened = SqliteStore::open(file_, SqliteStore::Open::read_write);
        if (!opened) throw std::runtime_error(opened.error().detail);
        store_ = *std::move(opened);
    }
    void execute(const std::string& sql) {
        Connection connection(file_, Connection::Access::read_write);
        connection.trust_schema();
        connection.execute(sql);
    }
    // Ids are 1 to `count`, and names descend.
    void add_people(int count) {
        execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<" +
                std::to_string(count) +
                ") INSERT INTO users(tenant, id, business_phones, display_name, given_name, "
                "job_title, mail, mobile_phone, office_location, preferred_language, surname, "
                "user_principal_name, account_enabled, mail_nickname, user_type, photo_storage) "
                "SELECT 't', i, '[]', printf('Ada %07d', 1000000-i), '', '', '', '', '', '', '', "
                "i || '@x', 1, '', 'Member', 1 FROM n");
    }
    static std::string photo_row(const std::string& id, int side) {
        auto hex = std::string("x'");
        for (const auto byte : photo::pack({{.size = {side, side}, .length = 1}})) {
            constexpr std::string_view kDigits = "0123456789abcdef";
            hex += kDigits[byte >> 4];
            hex += kDigits[byte & 15];
        }
        return "('t', 1, '" + id + "', 'E', 'image/jpeg', 'key', zeroblob(32), 1, 5, 'api', " +
               hex + "')";
    }
    static std::string columns() {
        return "photos(tenant, kind, id, etag, content_type, blob_key, upload_hash, storage, "
               "modified, source, renditions) VALUES";
    }
    directory::Page<directory::Person> people(PeopleQuery query) {
        query.tenant = "t";
        return store_->directory().people(query, soon_).value();
    }
    std::string ids(const PeopleQuery& query) {
        std::string text;
        for (const auto& person : people(query).objects) text += person.user.id + ' ';
        return text;
    }

    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "catalog.db";
    std::unique_ptr<SqliteStore> store_;
    Deadline soon_ = deadline_in(std::chrono::seconds(60));
};

TEST_F(SqlitePeopleTest, ASearchAndAGroupOfThousandsAreListedByNameInPages) {
    add_people(12'000);
    execute(
        "INSERT INTO groups(number, tenant, id, description, display_name, group_types, mail, "
        "mail_enabled, mail_nickname, security_enabled, visibility, is_team, photo_storage) "
        "VALUES(1, 't', 'g', '', '', '[]', '', 0, '', 0, '', 0, 1); "
        "INSERT INTO members SELECT 1, number FROM users WHERE number % 2 = 0");
    PeopleQuery query{.search = {{{{.words = {"ada"}}}}}, .group = "g", .top = 999, .count = true};
    int last = 12'002;
    std::size_t total = 0;
    for (bool more = true; more; query.count = false) {
        const auto page = people(query);
        if (query.count) EXPECT_EQ(page.count, 6'000U);
        for (const auto& person : page.objects) {
            ASSERT_EQ(person.user.id, std::to_string(last - 2));
            last -= 2;
        }
        total += page.objects.size();
        query.after = {page.objects.back().user.display_name, page.objects.back().user.id};
        more = page.more;
    }
    EXPECT_EQ(total, 6'000U);
}

TEST_F(SqlitePeopleTest, TheStateFollowsWhateverStatementWritesThePhoto) {
    add_people(1);
    execute("INSERT INTO " + columns() + photo_row("1", 647));
    EXPECT_EQ(ids({.photo = Photo::small}), "1 ");
    execute("REPLACE INTO " + columns() + photo_row("1", 648));
    EXPECT_EQ(ids({.photo = Photo::small}), "");
    EXPECT_EQ(ids({.photo = Photo::any}), "1 ");
    execute("UPDATE photos SET renditions=x'0101" + std::string("30003000") +
            "000000000000000000000000'");
    EXPECT_EQ(ids({.photo = Photo::small}), "1 ");
    execute("INSERT INTO " + columns() + photo_row("1", 4'096) +
            " ON CONFLICT DO UPDATE SET renditions=excluded.renditions");
    EXPECT_EQ(ids({.photo = Photo::small}), "");
    execute("DELETE FROM photos");
    EXPECT_EQ(ids({.photo = Photo::none}), "1 ");
}

TEST_F(SqlitePeopleTest, TellsWhosePhotoIsLocked) {
    add_people(2);
    execute("INSERT INTO photo_locks(tenant, kind, id) VALUES('t', 1, '1'), ('t', 2, '2')");
    const auto page = people({});
    EXPECT_FALSE(page.objects.at(0).locked);
    EXPECT_TRUE(page.objects.at(1).locked);
}

TEST_F(SqlitePeopleTest, ADamagedRowIsAFaultThatNamesTheOwner) {
    add_people(1);
    execute("INSERT INTO " + columns() +
            "('t', 1, '1', 'E', 'image/jpeg', 'key', zeroblob(32), 1, 5, 'api', x'07')");
    const auto listed = store_->directory().people({.tenant = "t"}, soon_);
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().fault, Fault::internal);
    EXPECT_TRUE(listed.error().detail.contains("owner 1")) << listed.error().detail;
}

TEST_F(SqlitePeopleTest, TheWordsOfAUserAreIndexedAgainOnlyWhenOneOfThemChanges) {
    add_people(1);
    const auto blocks = [&] {
        Connection connection(file_, Connection::Access::read_only);
        return connection.number("SELECT sum(length(block)) FROM users_text_data");
    };
    const auto before = blocks();
    execute("UPDATE users SET photo_state=1, photo_changed=5, department='d'");
    EXPECT_EQ(blocks(), before);
    execute("UPDATE users SET surname='Lovelace'");
    EXPECT_NE(blocks(), before);
}

}  // namespace
}  // namespace cameo::store::sqlite
