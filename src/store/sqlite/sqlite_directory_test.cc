// Tests of SQLite alone, beyond the contract: letters beyond ASCII, the tables, the indexes that
// queries use.
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "directory/property.h"
#include "store/contract/temporary_folder.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/list_sql.h"
#include "store/sqlite/object_row.h"
#include "store/sqlite/sqlite_store.h"

namespace cameo::store::sqlite {
namespace {

using namespace std::chrono_literals;
using directory::Contact;
using directory::ContactFolder;
using directory::Filter;
using directory::Group;
using directory::User;

class SqliteDirectoryTest : public testing::Test {
  protected:
    SqliteDirectoryTest() {
        auto opened = SqliteStore::open(file_, SqliteStore::Open::read_write);
        if (!opened) throw std::runtime_error(opened.error().detail);
        store_ = *std::move(opened);
    }
    directory::Store& directory() { return store_->directory(); }
    void add(const std::string& id, const std::string& name) {
        const User user{
            .tenant = "t", .id = id, .user_principal_name = id + "@x", .display_name = name};
        ASSERT_TRUE(directory().users().add(user, soon_));
    }
    // The ids of the matching users, separated by spaces.
    std::string found(const std::string& word) {
        std::string ids;
        const directory::Query query{.search = {{{{.words = {word}}}}}};
        const auto page = directory().users().list({.tenant = "t"}, query, soon_).value();
        for (const auto& user : page.objects) ids += (ids.empty() ? "" : " ") + user.id;
        return ids;
    }
    // The query plan of the statement.
    std::string plan(const std::string& sql) {
        Connection connection(file_, Connection::Access::read_only);
        auto steps = connection.query_once("EXPLAIN QUERY PLAN " + sql);
        std::string text;
        while (steps.step()) text += steps.text(3) + '\n';
        return text;
    }
    template <class Object>
    std::string plan_of_page(const directory::Scope& scope, const directory::Query& query) {
        return plan(page_sql<Object>(scope, query).text());
    }
    std::string plan_of_filter(const std::string& property, Filter::Kind kind) {
        const Filter filter{.kind = kind, .property = property, .value = "a"};
        return plan_of_page<User>({.tenant = "t"}, {.filter = filter});
    }
    static bool has(const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    }
    template <class Object>
    void expect_in_step() {
        const std::string text(Kind<Object>::kText);
        Connection connection(file_, Connection::Access::read_write);
        EXPECT_NO_THROW(connection.execute("INSERT INTO " + text + "(" + text +
                                           ", rank) VALUES('integrity-check', 1)"))
            << text;
    }
    std::set<std::string> names_of(const std::string& pragma, const std::string& table) {
        Connection connection(file_, Connection::Access::read_only);
        auto rows = connection.query_once("SELECT name FROM " + pragma + "('" + table + "')");
        std::set<std::string> names;
        while (rows.step()) names.insert(rows.text(0));
        return names;
    }
    template <class Object>
    void expect_a_column_for_each_property() {
        const std::string table(Kind<Object>::kTable);
        const auto& kept = columns<Object>();
        std::set<std::string> expected(kept.begin(), kept.end());
        expected.insert("number");
        if (std::is_same_v<Object, User>) expected.insert({"photo_state", "photo_changed"});
        EXPECT_EQ(names_of("pragma_table_info", table), expected) << table;
        if constexpr (!Kind<Object>::kInMailbox) {
            std::set<std::string> searched;
            for (const auto& property : directory::properties<Object>())
                if (property.searched) searched.insert(directory::snake_case(property.name));
            EXPECT_EQ(names_of("pragma_table_info", std::string(Kind<Object>::kText)), searched);
        }
    }

    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "catalog.db";
    std::unique_ptr<SqliteStore> store_;
    Deadline soon_ = deadline_in(60s);
};

TEST_F(SqliteDirectoryTest, SearchesWithoutRegardToDiacriticsAndLetterCase) {
    add("1", "Jos\xc3\xa9 \xc3\x81lvarez");
    add("2", "Jose\xcc\x81 M\xc3\xbcller");  // the accent as a character of its own
    add("3",
        "J\xc3\x93ZSEF \xc4\x90or\xc4\x91"
        "evi\xc4\x87");
    add("4", "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd");
    EXPECT_EQ(found("jose"), "2 1");
    EXPECT_EQ(found("JOS\xc3\x89"), "2 1");
    EXPECT_EQ(found("alv"), "1");
    EXPECT_EQ(found("muller"), "2");
    EXPECT_EQ(found("jozs"), "3");
    EXPECT_EQ(found("\xd0\xb8\xd0\xb2"), "4") << "Cyrillic has letter case too";
}

TEST_F(SqliteDirectoryTest, PunctuationBeyondAsciiSeparatesWords) {
    add("1",
        "Anne\xe2\x80\x93Marie O\xe2\x80\x99"
        "Neill");
    EXPECT_EQ(found("marie"), "1");
    EXPECT_EQ(found("neill"), "1");
    EXPECT_EQ(found("anne\xe2\x80\x93mar"), "1");
    EXPECT_EQ(found("\xe2\x80\x93"), "");
    EXPECT_EQ(found("\xff\xfe"), "") << "no UTF-8, and no fault";
}

TEST_F(SqliteDirectoryTest, TheIndexFollowsTheRows) {
    for (int i = 0; i < 50; ++i) add(std::to_string(i), "Name " + std::to_string(i));
    ASSERT_TRUE(directory().groups().add({.tenant = "t", .id = "g", .display_name = "G"}, soon_));
    for (int i = 0; i < 50; i += 2)
        ASSERT_TRUE(directory().users().change(
            "t", std::to_string(i),
            [](User& user) -> Result<void> {
                user.display_name += " changed";
                user.mail = "x@y";
                return {};
            },
            soon_));
    for (int i = 1; i < 50; i += 3)
        ASSERT_TRUE(directory().users().remove("t", std::to_string(i), Instant{}, soon_));
    expect_in_step<User>();
    expect_in_step<Group>();
    const directory::Query named{.search = {{{{.words = {"name"}}}}}, .count = true};
    EXPECT_EQ(directory().users().list({.tenant = "t"}, named, soon_).value().count, 33U);
}

TEST_F(SqliteDirectoryTest, EveryPropertyHasAColumnAndEverySearchedOneAnIndex) {
    expect_a_column_for_each_property<User>();
    expect_a_column_for_each_property<Group>();
    expect_a_column_for_each_property<Contact>();
    expect_a_column_for_each_property<ContactFolder>();
}

TEST_F(SqliteDirectoryTest, LookupsAreServedByTheirIndexes) {
    EXPECT_EQ(plan(object_statements<User>().find),
              "SEARCH users USING INDEX users_by_id (tenant=? AND id=?)\n");
    EXPECT_EQ(plan(object_statements<Group>().find),
              "SEARCH groups USING INDEX groups_by_id (tenant=? AND id=?)\n");
    EXPECT_EQ(plan(object_statements<Contact>().find),
              "SEARCH contacts USING INDEX contacts_by_id (tenant=? AND id=?)\n");
    EXPECT_EQ(plan(select_object<User>("tenant=?1 AND upn_key=?2")),
              "SEARCH users USING INDEX users_by_upn (tenant=? AND upn_key=?)\n");
}

TEST_F(SqliteDirectoryTest, PagesAreReadInOrderFromTheirCursor) {
    const directory::Scope people{.tenant = "t"};
    const directory::Scope mailbox{.tenant = "t", .mailbox = "m"};
    const directory::Scope folder{.tenant = "t", .mailbox = "m", .folder = "f"};
    const directory::Query up{.after = {{"a", "1"}}};
    const directory::Query down{.descending = true, .after = {{"a", "1"}}};
    const std::string behind = "(name_key,id)>(?,?))\n", before = "(name_key,id)<(?,?))\n";
    EXPECT_EQ(plan_of_page<User>(people, {}),
              "SEARCH users USING INDEX users_by_name (tenant=?)\n");
    EXPECT_EQ(plan_of_page<User>(people, up),
              "SEARCH users USING INDEX users_by_name (tenant=? AND " + behind);
    EXPECT_EQ(plan_of_page<User>(people, down),
              "SEARCH users USING INDEX users_by_name (tenant=? AND " + before);
    EXPECT_EQ(plan_of_page<Group>(people, up),
              "SEARCH groups USING INDEX groups_by_name (tenant=? AND " + behind);
    EXPECT_EQ(plan_of_page<Contact>(mailbox, up),
              "SEARCH contacts USING INDEX contacts_by_name (tenant=? AND mailbox=? AND " + behind);
    EXPECT_EQ(plan_of_page<Contact>(folder, up),
              "SEARCH contacts USING INDEX contacts_by_folder (tenant=? AND parent_folder_id=? "
              "AND " +
                  behind);
    EXPECT_TRUE(
        has(plan_of_page<ContactFolder>(folder, up), "contact_folders_by_folder (tenant=?"));
}

TEST_F(SqliteDirectoryTest, FiltersSearchesAndMembersAreServedByTheirIndexes) {
    using enum Filter::Kind;
    EXPECT_TRUE(has(plan_of_filter("mail", equals), "users_by_mail (tenant=? AND mail_key=?)"));
    EXPECT_TRUE(
        has(plan_of_filter("userPrincipalName", equals), "users_by_upn (tenant=? AND upn_key=?)"));
    EXPECT_TRUE(
        has(plan_of_filter("displayName", equals), "users_by_name (tenant=? AND name_key=?)"));
    EXPECT_TRUE(has(plan_of_filter("mail", starts_with), "users_by_mail (tenant=? AND mail_key>?"));
    EXPECT_TRUE(has(plan_of_filter("displayName", starts_with),
                    "users_by_name (tenant=? AND name_key>? AND name_key<?)"));
    const auto searched = plan_of_page<User>({.tenant = "t"}, {.search = {{{{.words = {"a"}}}}}});
    EXPECT_TRUE(has(searched, "users USING INTEGER PRIMARY KEY")) << searched;
    const auto employee = plan_of_filter("employeeId", equals);
    EXPECT_TRUE(has(employee, "users_by_employee (tenant=? AND employee_key=?)")) << employee;
    const auto members = plan_of_page<User>({.tenant = "t", .members_of = "g"}, {});
    EXPECT_TRUE(has(members, "users USING INTEGER PRIMARY KEY")) << members;
    EXPECT_TRUE(has(members, "members USING PRIMARY KEY (group=?)")) << members;
    const auto owners = plan_of_page<User>({.tenant = "t", .owners_of = "g"}, {});
    EXPECT_TRUE(has(owners, "users USING INTEGER PRIMARY KEY")) << owners;
    EXPECT_TRUE(has(owners, "owners USING PRIMARY KEY (group=?)")) << owners;
    const auto people = plan_of_page<User>({.tenant = "t", .people_of = "g"}, {});
    EXPECT_TRUE(has(people, "users USING INTEGER PRIMARY KEY")) << people;
    EXPECT_TRUE(has(people, "members USING PRIMARY KEY (group=?)")) << people;
    EXPECT_TRUE(has(people, "owners USING PRIMARY KEY (group=?)")) << people;
    EXPECT_TRUE(has(people, "owners USING PRIMARY KEY (group=? AND user=?)")) << people;
    const auto by_id = plan_of_page<User>({.tenant = "t", .members_of = "g"}, {.by_id = true});
    EXPECT_TRUE(has(by_id, "members USING PRIMARY KEY (group=?)")) << by_id;
    const auto joined = plan_of_page<Group>({.tenant = "t", .joined_by = "u"}, {});
    EXPECT_TRUE(has(joined, "members_by_user (user=?)")) << joined;
}

TEST_F(SqliteDirectoryTest, KeptPropertiesAreReadOnlyWhereAQueryAsksForThem) {
    EXPECT_FALSE(has(object_statements<User>().find, "kept"));
    EXPECT_TRUE(has(object_statements<User>().find_with_kept, ", kept FROM"));
    EXPECT_FALSE(has(page_sql<Contact>({.tenant = "t", .mailbox = "m"}, {}).text(), "kept"));
    const auto page = page_sql<Group>({.tenant = "t"}, {.with_kept = true}).text();
    EXPECT_TRUE(has(page, ", kept FROM")) << page;
}

TEST_F(SqliteDirectoryTest, ASearchOfAMailboxReadsThatMailboxAlone) {
    const directory::Query query{.search = {{{{.words = {"a"}}}}}};
    const directory::Scope mailbox{.tenant = "t", .mailbox = "m"};
    const directory::Scope folder{.tenant = "t", .mailbox = "m", .folder = "f"};
    EXPECT_EQ(plan_of_page<Contact>(mailbox, query),
              "SEARCH contacts USING INDEX contacts_by_name (tenant=? AND mailbox=?)\n");
    EXPECT_EQ(plan_of_page<Contact>(folder, query),
              "SEARCH contacts USING INDEX contacts_by_folder (tenant=? AND parent_folder_id=?)\n");
    EXPECT_EQ(plan_of_page<ContactFolder>(mailbox, query),
              "SEARCH contact_folders USING INDEX contact_folders_by_name (tenant=? AND "
              "mailbox=?)\n");
}

TEST_F(SqliteDirectoryTest, AListThatDoesNotParseIsAFaultThatNamesItsColumn) {
    add("1", "Adele");
    for (const char* json : {"", "{", "{}", "[1]", "null"}) {
        {
            Connection connection(file_, Connection::Access::read_write);
            connection.trust_schema();
            auto write = connection.query_once("UPDATE users SET business_phones=?1");
            write.bind(1, std::string_view(json)).step();
        }
        const auto user = directory().users().find("t", "1", soon_);
        ASSERT_FALSE(user) << json;
        EXPECT_EQ(user.error().fault, Fault::internal);
        EXPECT_TRUE(has(user.error().detail, "businessPhones of 1")) << user.error().detail;
        EXPECT_FALSE(directory().users().list({.tenant = "t"}, {}, soon_));
    }
}

}  // namespace
}  // namespace cameo::store::sqlite
