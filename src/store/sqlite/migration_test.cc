#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "store/contract/sample_photo.h"
#include "store/contract/temporary_folder.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"

namespace cameo::store::sqlite {
namespace {

using namespace std::chrono_literals;

// A database as version 1 of the schema left it, with people in two tenants and a photo.
class MigrationTest : public testing::Test {
  protected:
    MigrationTest() {
        std::ofstream(file_).close();
        Connection connection(file_, Connection::Access::read_write);
        connection.execute("BEGIN");
        connection.execute(migrations().front());
        connection.execute("PRAGMA application_id=0x43414d4f; PRAGMA user_version=1");
        connection.execute(
            "INSERT INTO tenants VALUES('t', 'default', 0), ('other', 'b2c', 2);"
            "INSERT INTO photos VALUES('t', 1, 'aaaa', 'E', 'image/jpeg', 'key', zeroblob(32), 1, "
            "123, 'import', x'0101300030000000000010000000aabbccdd');"
            "INSERT INTO retired_blobs VALUES('old', 5);");
        for (int i = 0; i < 500; ++i) insert_user(connection, "t", "user-" + std::to_string(i));
        insert_user(connection, "t", "aaaa");
        insert_user(connection, "other", "aaaa");
        connection.execute("COMMIT");
    }
    static void insert_user(Connection& connection, const std::string& tenant,
                            const std::string& id) {
        auto insert = connection.query(
            "INSERT INTO users(tenant, id, user_principal_name, upn_lower, display_name, "
            "given_name, surname, mail, mail_nickname, job_title, mobile_phone, office_location, "
            "preferred_language, user_type, business_phones, account_enabled, photo_storage) "
            "VALUES(?1, ?2, ?2 || '@X', ?2 || '@x', 'Jos\xc3\xa9 ' || ?2, 'g', 's', 'M@x', 'n', "
            "'j', '+1', 'o', 'l', 'Guest', '[\"1\",\"2\"]', 0, 1)");
        insert.bind(1, tenant).bind(2, id).step();
    }
    static directory::User user(const std::string& tenant, const std::string& id) {
        return {.tenant = tenant,
                .id = id,
                .user_principal_name = id + "@X",
                .display_name = "Jos\xc3\xa9 " + id,
                .given_name = "g",
                .surname = "s",
                .mail = "M@x",
                .mail_nickname = "n",
                .job_title = "j",
                .mobile_phone = "+1",
                .office_location = "o",
                .preferred_language = "l",
                .user_type = "Guest",
                .business_phones = {"1", "2"},
                .account_enabled = false,
                .photo_storage = PhotoStorage::directory};
    }
    std::unique_ptr<SqliteStore> open() {
        auto opened = SqliteStore::open(file_, SqliteStore::Open::read_write);
        if (!opened) throw std::runtime_error(opened.error().detail);
        return *std::move(opened);
    }

    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "catalog.db";
    Deadline soon_ = deadline_in(60s);
};

TEST_F(MigrationTest, KeepsEveryUserPhotoAndTenantOfVersion1) {
    for (int opened = 0; opened < 2; ++opened) {
        const auto store = open();
        auto& directory = store->directory();
        EXPECT_EQ(directory.tenants(soon_).value().size(), 2U);
        for (int i = 0; i < 500; ++i) {
            const auto id = "user-" + std::to_string(i);
            ASSERT_EQ(directory.users().find("t", id, soon_).value(), user("t", id));
        }
        EXPECT_EQ(directory.user_by_name("t", "AAAA@x", soon_).value(), user("t", "aaaa"));
        EXPECT_EQ(directory.users().find("other", "AAAA", soon_).value(), user("other", "aaaa"));
        const auto photo = store->catalog().find({"t", OwnerKind::user, "aaaa"}, soon_).value();
        ASSERT_TRUE(photo);
        EXPECT_EQ(photo->blob_key, "key");
        EXPECT_EQ(store->catalog().retired(contract::at(100), 10, soon_).value().size(), 1U);
    }
}

TEST_F(MigrationTest, EarlierRowsAreListedAndSearched) {
    const auto store = open();
    auto& users = store->directory().users();
    directory::Query query{.search = {{{{.words = {"jose"}}}}}, .top = 600, .count = true};
    EXPECT_EQ(users.list({.tenant = "t"}, query, soon_).value().count, 501U);
    EXPECT_EQ(users.list({.tenant = "t"}, {.top = 600}, soon_).value().objects.size(), 501U);
    const auto removed = users.remove("t", "aaaa", contract::at(9), soon_).value();
    EXPECT_TRUE(removed);
    EXPECT_EQ(users.list({.tenant = "t"}, query, soon_).value().count, 500U);
    EXPECT_EQ(users.list({.tenant = "other"}, query, soon_).value().count, 1U);
}

// Makes a catalog of schema 10 one of schema 9.
constexpr auto kUndoVersion10 =
    "ALTER TABLE groups DROP COLUMN is_archived; "
    "DROP TRIGGER groups_nickname_add; DROP TRIGGER groups_nickname_change; DROP TABLE nicknames; "
    "DROP INDEX users_by_employee; ALTER TABLE users DROP COLUMN employee_key; "
    "ALTER TABLE users DROP COLUMN kept; ALTER TABLE groups DROP COLUMN kept; "
    "ALTER TABLE contacts DROP COLUMN kept; "
    "DELETE FROM sqlite_stat1 WHERE idx='users_by_employee'; PRAGMA user_version=9;";

// Makes a catalog of schema 9 one of schema 8.
constexpr auto kUndoVersion9 =
    "DROP TRIGGER photos_state_add; DROP TRIGGER photos_state_change; "
    "DROP TRIGGER photos_state_remove; DROP TRIGGER changes_photo_removed; "
    "DROP TRIGGER users_text_change; DROP INDEX users_by_name; DROP INDEX users_by_department; "
    "DROP INDEX users_by_office; ALTER TABLE photos DROP COLUMN small; "
    "ALTER TABLE users DROP COLUMN photo_state; ALTER TABLE users DROP COLUMN photo_changed; "
    "CREATE INDEX users_by_name ON users(tenant, name_key, id); "
    "CREATE TRIGGER users_text_change AFTER UPDATE ON users BEGIN SELECT 1; END; "
    "DROP INDEX photos_by_run; ALTER TABLE photos DROP COLUMN modified_by; "
    "ALTER TABLE photos DROP COLUMN run; ALTER TABLE photos DROP COLUMN crop; "
    "ALTER TABLE photos DROP COLUMN replaced; DROP INDEX retired_blobs_by_owner; "
    "ALTER TABLE retired_blobs DROP COLUMN tenant; ALTER TABLE retired_blobs DROP COLUMN kind; "
    "ALTER TABLE retired_blobs DROP COLUMN owner; "
    "DROP TABLE former_photos; DROP TABLE photo_locks; DROP TABLE runs; DROP TABLE sign_in_codes; "
    "PRAGMA user_version=8;";

// Makes a catalog of schema 8 one of schema 7.
constexpr auto kUndoVersion8 =
    "DROP TRIGGER users_addresses_add; DROP TRIGGER users_addresses_remove; "
    "DROP TRIGGER users_addresses_change; DROP TRIGGER groups_addresses_add; "
    "DROP TRIGGER groups_addresses_remove; DROP TRIGGER groups_addresses_change; "
    "DROP TRIGGER contacts_addresses_add; DROP TRIGGER contacts_addresses_remove; "
    "DROP TRIGGER contacts_addresses_change; DROP TABLE addresses; DROP TABLE managers; "
    "DROP INDEX users_by_given_name; DROP INDEX users_by_surname; DROP INDEX users_by_created; "
    "DROP INDEX groups_by_created; ALTER TABLE users DROP COLUMN department; "
    "ALTER TABLE users DROP COLUMN company_name; ALTER TABLE users DROP COLUMN created_date_time; "
    "ALTER TABLE users DROP COLUMN proxy_addresses; ALTER TABLE users DROP COLUMN other_mails; "
    "ALTER TABLE groups DROP COLUMN created_date_time; "
    "ALTER TABLE groups DROP COLUMN proxy_addresses; "
    "DELETE FROM sqlite_stat1 WHERE idx IN ('users_by_given_name', 'users_by_surname', "
    "'users_by_created', 'groups_by_created', 'managers_by_manager', 'addresses'); "
    "PRAGMA user_version=7;";

TEST_F(MigrationTest, AddressesOfContactsOfVersion7AreFound) {
    {
        const auto store = open();
        ASSERT_TRUE(store->directory().contacts().add(
            {.tenant = "t",
             .mailbox = "aaaa",
             .id = "c",
             .parent_folder_id = directory::default_folder_id("aaaa"),
             .email_addresses = {{"Ada", "Ada@x.example"}, {"Ada", "ada@X.example"}, {"", ""}}},
            soon_));
    }
    {
        Connection connection(file_, Connection::Access::read_write);
        connection.execute(kUndoVersion10);
        connection.execute(kUndoVersion9);
        connection.execute(kUndoVersion8);
    }
    const auto store = open();
    const directory::Query query{.filter =
                                     directory::Filter{.kind = directory::Filter::Kind::equals,
                                                       .property = "emailAddresses",
                                                       .value = std::string("ada@x.EXAMPLE"),
                                                       .parts = {}}};
    const auto page =
        store->directory().contacts().list({.tenant = "t", .mailbox = "AAAA"}, query, soon_);
    ASSERT_EQ(page.value().objects.size(), 1U);
    EXPECT_EQ(page->objects[0].id, "c");
    EXPECT_EQ(store->directory().users().find("t", "aaaa", soon_).value()->created, Instant());
}

TEST_F(MigrationTest,
       OfGroupsOfVersion9WithOneNicknameTheFirstHasItAndTheOthersMayChangeOtherwise) {
    {
        const auto store = open();
        for (const auto* id : {"g1", "g2", "g3"})
            ASSERT_TRUE(store->directory().groups().add({.tenant = "t",
                                                         .id = id,
                                                         .mail_nickname = std::string("N") + id,
                                                         .group_types = {"Unified"}},
                                                        soon_));
    }
    {
        Connection connection(file_, Connection::Access::read_write);
        connection.execute(kUndoVersion10);
        connection.trust_schema();
        connection.execute("UPDATE groups SET mail_nickname='Same' WHERE id='g1'");
        connection.execute("UPDATE groups SET mail_nickname='sAME' WHERE id='g2'");
    }
    const auto store = open();
    auto& groups = store->directory().groups();
    const auto set = [&](const char* id, std::string directory::Group::* member, const char* text) {
        return groups.change(
            "t", id,
            [&](directory::Group& group) -> Result<void> {
                group.*member = text;
                return {};
            },
            soon_);
    };
    for (const auto* id : {"g1", "g2"}) {
        EXPECT_TRUE(set(id, &directory::Group::description, "d"));
        EXPECT_EQ(groups.find("t", id, soon_, directory::WithKept::yes).value()->kept, "");
    }
    EXPECT_EQ(set("g3", &directory::Group::mail_nickname, "same").error().fault, Fault::conflict);
    EXPECT_TRUE(set("g2", &directory::Group::mail_nickname, "other"));
    EXPECT_EQ(set("g2", &directory::Group::mail_nickname, "Same").error().fault, Fault::conflict);
}

TEST_F(MigrationTest, TeamsOfVersion9AreNotArchived) {
    const directory::Group team{.tenant = "t", .id = "g", .display_name = "G", .is_team = true};
    ASSERT_TRUE(open()->directory().groups().add(team, soon_));
    Connection(file_, Connection::Access::read_write).execute(kUndoVersion10);
    EXPECT_EQ(open()->directory().groups().find("t", "g", soon_).value(), team);
    EXPECT_TRUE(std::filesystem::exists(file_.native() + ".schema-9"));
}

TEST_F(MigrationTest, GroupsOfVersion5HaveNoOwnerAndCanGetOne) {
    {
        auto store = open();
        ASSERT_TRUE(store->directory().groups().add({.tenant = "t", .id = "g"}, soon_));
        ASSERT_TRUE(store->directory().add_member("t", "g", "aaaa", soon_));
    }
    {
        Connection connection(file_, Connection::Access::read_write);
        connection.execute(kUndoVersion10);
        connection.execute(kUndoVersion9);
        connection.execute(kUndoVersion8);
        connection.execute(
            "DROP TABLE changes; ALTER TABLE photos DROP COLUMN version; DROP TABLE owners; "
            "DELETE FROM sqlite_stat1 WHERE tbl='owners'; PRAGMA user_version=5");
    }
    for (int opened = 0; opened < 2; ++opened) {
        const auto store = open();
        auto& directory = store->directory();
        EXPECT_TRUE(directory.is_member("t", "g", "aaaa", soon_).value());
        EXPECT_EQ(directory.is_owner("t", "g", "aaaa", soon_).value(), opened == 1);
        if (opened == 0) ASSERT_TRUE(directory.add_owner("t", "g", "aaaa", soon_));
    }
    EXPECT_TRUE(std::filesystem::exists(file_.native() + ".schema-5"));
}

TEST_F(MigrationTest, PeopleOfVersion8AreListedWithTheStateOfTheirPhotos) {
    const OwnerKey removed{"t", OwnerKind::user, "user-1"};
    {
        const auto store = open();
        ASSERT_TRUE(
            store->catalog().put(removed, contract::sample_photo(contract::at(400)), {}, soon_));
        ASSERT_TRUE(store->catalog().remove(removed, {}, contract::at(456), soon_).value());
    }
    {
        Connection connection(file_, Connection::Access::read_write);
        connection.execute(kUndoVersion10);
        connection.execute(kUndoVersion9);
    }
    const auto store = open();
    const auto ids = [&](directory::PeopleQuery query) {
        query.tenant = "t";
        std::string text;
        for (const auto& person : store->directory().people(query, soon_).value().objects)
            text += person.user.id + ' ';
        return text;
    };
    using Photo = directory::PeopleQuery::Photo;
    EXPECT_EQ(ids({.photo = Photo::small}), "aaaa ");
    EXPECT_EQ(ids({.photo = Photo::any}), "aaaa ");
    EXPECT_EQ(ids({.changed_since = contract::at(122)}), "aaaa user-1 ");
    EXPECT_EQ(ids({.changed_since = contract::at(123)}), "user-1 ");
    EXPECT_EQ(ids({.changed_since = contract::at(456)}), "");
}

TEST_F(MigrationTest, APhotoOfAnEarlierVersionHasVersion0UntilItIsReplaced) {
    const OwnerKey owner{"t", OwnerKind::user, "aaaa"};
    const auto store = open();
    auto& catalog = store->catalog();
    EXPECT_EQ(catalog.find(owner, soon_).value()->version, 0);
    EXPECT_TRUE(catalog.changes(0, 10, soon_).value()->empty());
    EXPECT_EQ(catalog.put(owner, contract::sample_photo(), {}, soon_).value(), 1);
    EXPECT_EQ(catalog.find(owner, soon_).value()->version, 1);
    EXPECT_EQ(catalog.changes(0, 10, soon_).value()->size(), 1U);
}

TEST_F(MigrationTest, PhotosOfVersion6WithoutTheirOwnerAreRemovedAndTheirBlobsRetired) {
    {
        const auto store = open();
        auto& directory = store->directory();
        ASSERT_TRUE(directory.groups().add({.tenant = "t", .id = "g"}, soon_));
        ASSERT_TRUE(
            directory.contacts().add({.tenant = "t",
                                      .mailbox = "aaaa",
                                      .id = "c",
                                      .parent_folder_id = directory::default_folder_id("aaaa")},
                                     soon_));
        for (const auto* id : {"d", "D"})
            ASSERT_TRUE(
                directory.contacts().add({.tenant = "t",
                                          .mailbox = "aaaa",
                                          .id = id,
                                          .parent_folder_id = directory::default_folder_id("aaaa")},
                                         soon_));
    }
    {
        Connection connection(file_, Connection::Access::read_write);
        connection.execute(kUndoVersion10);
        connection.execute(kUndoVersion9);
        connection.execute(kUndoVersion8);
        connection.execute(
            "DROP TABLE changes; ALTER TABLE photos DROP COLUMN version; PRAGMA user_version=6;"
            "INSERT INTO leases VALUES('of a backup', 0);");
        for (const auto* key : {"1, 'aaaa'", "2, 'g'", "3, 'c'", "3, 'd'", "3, 'D'"})
            connection.execute("REPLACE INTO photos SELECT tenant, " + std::string(key) +
                               ", etag, content_type, 'kept', upload_hash, storage, modified, "
                               "source, renditions FROM photos LIMIT 1");
        for (const auto* key :
             {"1, 'nobody'", "1, 'g'", "2, 'aaaa'", "1, 'AAAA'", "2, 'G'", "3, 'C'"})
            connection.execute("INSERT INTO photos SELECT tenant, " + std::string(key) +
                               ", etag, content_type, 'gone', upload_hash, storage, modified, "
                               "source, renditions FROM photos LIMIT 1");
    }
    const auto store = open();
    auto& catalog = store->catalog();
    const auto left = catalog.list({}, 10, soon_).value();
    ASSERT_EQ(left.size(), 5U) << "letter case counts";
    for (const auto& [owner, photo] : left) EXPECT_EQ(photo.blob_key, "kept");
    const auto now = SystemClock().now();
    EXPECT_EQ(catalog.retired(now - 60s, 10, soon_).value(), std::vector<std::string>{"old"});
    EXPECT_EQ(catalog.retired(now + 60s, 10, soon_).value(),
              (std::vector<std::string>{"old", "gone"}));
    EXPECT_EQ(catalog.remove_ended_leases(now + 30s, soon_).value(), 1U);
    EXPECT_EQ(catalog.remove_ended_leases(now + 90s, soon_).value(), 0U);
    EXPECT_TRUE(std::filesystem::exists(file_.native() + ".schema-6"));
}

TEST_F(MigrationTest, APhotoOfVersion8CanBeReplacedRestoredAndErased) {
    open();
    {
        Connection connection(file_, Connection::Access::read_write);
        connection.execute(kUndoVersion10);
        connection.execute(kUndoVersion9);
    }
    const auto store = open();
    auto& catalog = store->catalog();
    const OwnerKey owner{"t", OwnerKind::user, "aaaa"};
    const auto before = catalog.find(owner, soon_).value();
    ASSERT_TRUE(before);
    EXPECT_EQ(before->origin, (photo::Origin{.source = "import"}));
    EXPECT_FALSE(before->crop);
    ASSERT_TRUE(catalog.put(owner, contract::sample_photo(), {}, soon_, {.keeps_former = true}));
    const auto former = catalog.former_photos(owner, soon_).value();
    ASSERT_EQ(former.size(), 1U);
    ASSERT_TRUE(catalog.restore(owner, former[0].id, {}, contract::at(9), {},
                                {.keeps_former = true}, soon_));
    EXPECT_EQ(catalog.find(owner, soon_).value()->etag, before->etag);
    const auto erased = catalog.erase(owner, {}, contract::at(10), soon_).value();
    EXPECT_EQ(erased.blob_keys.size(), 2U) << "not the retired blob of an unknown owner";
    EXPECT_EQ(catalog.retired(contract::at(1'000), 10, soon_).value().size(), 3U);
}

TEST_F(MigrationTest, ReadOnlyLeavesVersion1AsItIs) {
    const auto opened = SqliteStore::open(file_, SqliteStore::Open::read_only);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().detail.find("has schema 1"), std::string::npos);
    Connection connection(file_, Connection::Access::read_only);
    EXPECT_EQ(connection.number("SELECT count(*) FROM users"), 502);
}

TEST_F(MigrationTest, TheCatalogIsCopiedFirst) {
    const std::filesystem::path copy = file_.native() + ".schema-1";
    std::ofstream(copy) << "of an earlier try";
    std::ofstream(copy.native() + ".part") << "of a process that was killed";
    open();
    Connection kept(copy, Connection::Access::read_only);
    EXPECT_EQ(kept.number("PRAGMA user_version"), 1);
    EXPECT_EQ(kept.number("PRAGMA application_id"), kApplicationId);
    EXPECT_EQ(kept.number("SELECT count(*) FROM users"), 502);
    EXPECT_EQ(kept.number("SELECT count(*) FROM photos"), 1);
    EXPECT_FALSE(std::filesystem::exists(copy.native() + ".part"));
    EXPECT_EQ(std::filesystem::status(copy).permissions(), std::filesystem::perms(0600));
}

TEST_F(MigrationTest, AFailedCopyChangesNothing) {
    std::filesystem::create_directories(file_.native() + ".schema-1/in-the-way");
    const auto opened = SqliteStore::open(file_, SqliteStore::Open::read_write);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().detail.find("schema-1"), std::string::npos);
    Connection connection(file_, Connection::Access::read_only);
    EXPECT_EQ(connection.number("PRAGMA user_version"), 1);
}

TEST_F(MigrationTest, TheCopyCanBePutBack) {
    open();
    std::filesystem::rename(file_.native() + ".schema-1", file_);
    const auto store = open();
    EXPECT_EQ(store->directory().users().find("t", "aaaa", soon_).value(), user("t", "aaaa"));
}

TEST_F(MigrationTest, ASchemaThatWasChangedByHandIsRefusedByName) {
    open();
    const auto refusal_after = [&](const std::string& sql) {
        {
            Connection connection(file_, Connection::Access::read_write);
            connection.execute(sql);
        }
        const auto opened = SqliteStore::open(file_, SqliteStore::Open::read_write);
        return opened ? "none" : opened.error().detail;
    };
    const auto trigger =
        refusal_after("CREATE TRIGGER t AFTER INSERT ON photos BEGIN DELETE FROM tenants; END");
    EXPECT_TRUE(trigger.contains("has the trigger t")) << trigger;
    const auto missing = refusal_after("DROP TRIGGER t; DROP TRIGGER users_text_add");
    EXPECT_TRUE(missing.contains("lacks the trigger users_text_add")) << missing;
    const auto other = refusal_after(
        "CREATE TRIGGER users_text_add AFTER INSERT ON users BEGIN DELETE FROM tenants; END");
    EXPECT_TRUE(other.contains("has another trigger users_text_add")) << other;
}

TEST_F(MigrationTest, AFailedMigrationLeavesTheDatabaseUnchanged) {
    {
        Connection connection(file_, Connection::Access::read_write);
        connection.execute("CREATE TABLE groups(mine)");
    }
    EXPECT_FALSE(SqliteStore::open(file_, SqliteStore::Open::read_write));
    Connection connection(file_, Connection::Access::read_only);
    EXPECT_EQ(connection.number("PRAGMA user_version"), 1);
    EXPECT_EQ(connection.number("SELECT count(*) FROM users WHERE upn_lower='aaaa@x'"), 2);
}

}  // namespace
}  // namespace cameo::store::sqlite
