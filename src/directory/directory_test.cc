#include "directory/directory.h"

#include <gtest/gtest.h>

#include "directory/property.h"
#include "directory/query.h"
#include "store/memory/memory_store.h"

namespace cameo::directory {
namespace {

constexpr std::string_view kTenant = "11111111-1111-4111-8111-111111111111";
constexpr std::string_view kOther = "22222222-2222-4222-8222-222222222222";

User adele() {
    return {.tenant = std::string(kTenant),
            .id = "aaaaaaaa-0000-4000-8000-000000000001",
            .user_principal_name = "AdeleV@contoso.example",
            .display_name = "Adele Vance"};
}

Group retail() {
    return {.tenant = std::string(kTenant),
            .id = "bbbbbbbb-0000-4000-8000-000000000001",
            .display_name = "Retail"};
}

ContactFolder folder(const std::string& id, const std::string& parent = "") {
    return {.tenant = std::string(kTenant),
            .mailbox = adele().id,
            .id = id,
            .parent_folder_id = parent.empty() ? default_folder_id(adele().id) : parent,
            .display_name = id};
}

Contact contact(const std::string& id, const std::string& parent = "") {
    return {.tenant = std::string(kTenant),
            .mailbox = adele().id,
            .id = id,
            .parent_folder_id = parent.empty() ? default_folder_id(adele().id) : parent,
            .display_name = id};
}

class DirectoryTest : public testing::Test {
  protected:
    std::shared_ptr<const User> user(std::string_view key, std::string_view tenant = kTenant) {
        return *directory_.find_user(tenant, key, Wait::until(soon_)).value();
    }
    std::shared_ptr<const Contact> find_contact(std::string_view id) {
        return *directory_.find<Contact>(kTenant, id, Wait::until(soon_)).value();
    }
    std::shared_ptr<const ContactFolder> find_folder(std::string_view id) {
        return *directory_.find<ContactFolder>(kTenant, id, Wait::until(soon_)).value();
    }
    std::shared_ptr<const Group> find_group(std::string_view id) {
        return *directory_.find<Group>(kTenant, id, Wait::until(soon_)).value();
    }
    CacheResult<User> cached_user(std::string_view tenant, std::string_view key) {
        return directory_.find_user(tenant, key, Wait::memory_only()).value();
    }
    // Empty if it is not bound.
    std::string bound_user(const IssuerSubject& subject) {
        const auto id = *directory_.find_bound_user(subject, Wait::until(soon_)).value();
        return id ? *id : "";
    }
    CacheResult<std::string> cached_bound_user(const IssuerSubject& subject) {
        return directory_.find_bound_user(subject, Wait::memory_only()).value();
    }
    void rename(std::string_view id, const std::string& name) {
        ASSERT_TRUE(directory_.change<User>(
            kTenant, id,
            [&](User& user) -> Result<void> {
                user.user_principal_name = name;
                return {};
            },
            soon_));
    }
    // Folders a > b and contacts 0 (default folder), 1 in a, 2 in b; all remembered.
    void add_mailbox() {
        ASSERT_TRUE(directory_.add(adele(), soon_));
        for (const auto& each : {folder("a"), folder("b", "a")})
            ASSERT_TRUE(directory_.add(each, soon_));
        for (const auto& each : {contact("0"), contact("1", "a"), contact("2", "b")})
            ASSERT_TRUE(directory_.add(each, soon_));
        for (const auto* id : {"a", "b"}) ASSERT_NE(find_folder(id), nullptr);
        for (const auto* id : {"0", "1", "2"}) ASSERT_NE(find_contact(id), nullptr);
        ASSERT_NE(user(adele().user_principal_name), nullptr);
    }

    store::memory::MemoryDirectory store_;
    Directory directory_{store_, 1600};
    Deadline soon_ = deadline_in(std::chrono::seconds(10));
    Instant now_{std::chrono::hours(1)};
};

TEST_F(DirectoryTest, FindsAPersonByIdAndByNameInEitherCase) {
    ASSERT_TRUE(directory_.add(adele(), soon_));
    for (const auto* key : {"aaaaaaaa-0000-4000-8000-000000000001",
                            "AAAAAAAA-0000-4000-8000-000000000001", "adelev@CONTOSO.example"}) {
        ASSERT_NE(user(key), nullptr) << key;
        EXPECT_EQ(*user(key), adele());
    }
}

TEST_F(DirectoryTest, CachesWhatItLookedUp) {
    ASSERT_TRUE(directory_.add(adele(), soon_));
    const std::string upper_id = "AAAAAAAA-0000-4000-8000-000000000001";
    const std::string name = "ADELEV@contoso.example";
    for (const auto& key : {upper_id, name}) EXPECT_FALSE(cached_user(kTenant, key));
    ASSERT_TRUE(user(adele().id));
    EXPECT_FALSE(cached_user(kTenant, name)) << "the name was not looked up";
    ASSERT_TRUE(user(adele().user_principal_name));
    for (const auto& key : {upper_id, name}) {
        const auto known = cached_user(kTenant, key);
        ASSERT_TRUE(known) << key;
        EXPECT_EQ(**known, adele());
    }
}

TEST_F(DirectoryTest, AKeyLongerThanItsPropertyNamesNothing) {
    const std::string name = std::string(320, 'n') + "@";
    const std::string id(129, 'i');
    const auto absent = cached_user(kTenant, name);
    ASSERT_TRUE(absent) << "without a lookup";
    EXPECT_EQ(*absent, nullptr);
    EXPECT_EQ(user(name), nullptr);
    EXPECT_TRUE(*directory_.find<Group>(kTenant, std::string(37, 'g'), Wait::memory_only()));
    EXPECT_TRUE(*directory_.find<Contact>(kTenant, id, Wait::memory_only()));
    EXPECT_TRUE(*directory_.find<ContactFolder>(kTenant, id, Wait::memory_only()));
    EXPECT_EQ(find_contact(id), nullptr);
    EXPECT_EQ(find_folder(id), nullptr);
    EXPECT_EQ(directory_.remembered_bytes(), 0U);
}

TEST_F(DirectoryTest, ManyAbsencesStayWithinTheCacheSize) {
    constexpr std::size_t kEntries = 160;
    Directory small{store_, kEntries};
    const auto ample = deadline_in(std::chrono::minutes(10));
    for (int i = 0; i < 2'000; ++i) {
        const auto number = std::to_string(i);
        ASSERT_TRUE(
            small.find<Contact>(kTenant, std::string(120, 'c') + number, Wait::until(ample)));
        ASSERT_TRUE(small.find_user(kTenant, std::string(300, 'n') + number, Wait::until(ample)));
    }
    EXPECT_LE(small.remembered_bytes(), kEntries * (4 * 1024 + 320));
    EXPECT_GT(small.remembered_bytes(), kEntries * 1024 / 2);
}

TEST_F(DirectoryTest, ALongNameOfManyBytesIsLookedUp) {
    auto someone = adele();
    someone.user_principal_name.clear();
    for (int i = 0; i < 308; ++i) someone.user_principal_name += "\xc3\xa9";
    someone.user_principal_name += "@x.example";
    ASSERT_TRUE(directory_.add(someone, soon_));
    EXPECT_NE(user(someone.user_principal_name), nullptr);
}

TEST_F(DirectoryTest, CachesAbsences) {
    for (const auto* key : {"nobody@contoso.example", "aaaaaaaa-0000-4000-8000-00000000ffff"}) {
        ASSERT_EQ(user(key), nullptr);
        const auto known = cached_user(kTenant, key);
        ASSERT_TRUE(known) << key;
        EXPECT_EQ(*known, nullptr);
    }
}

TEST_F(DirectoryTest, APersonAddedAfterAMissIsFoundImmediately) {
    ASSERT_EQ(user("adelev@contoso.example"), nullptr);
    ASSERT_EQ(user(adele().id), nullptr);
    ASSERT_TRUE(directory_.add(adele(), soon_));
    EXPECT_NE(user("adelev@contoso.example"), nullptr);
    EXPECT_NE(user(adele().id), nullptr);
}

TEST_F(DirectoryTest, AChangeIsReadImmediately) {
    ASSERT_TRUE(directory_.add(adele(), soon_));
    ASSERT_TRUE(user(adele().user_principal_name));
    ASSERT_TRUE(directory_.change<User>(
        kTenant, "AAAAAAAA-0000-4000-8000-000000000001",
        [](User& changed) -> Result<void> {
            changed.account_enabled = false;
            return {};
        },
        soon_));
    EXPECT_FALSE(cached_user(kTenant, adele().id));
    EXPECT_FALSE(user(adele().id)->account_enabled);
    EXPECT_FALSE(user(adele().user_principal_name)->account_enabled);
}

TEST_F(DirectoryTest, AnOldNameFindsNoUserAndANewNameFindsItsUser) {
    ASSERT_TRUE(directory_.add(adele(), soon_));
    ASSERT_TRUE(user("AdeleV@contoso.example"));
    ASSERT_EQ(user("new@contoso.example"), nullptr) << "its absence is cached";
    rename(adele().id, "new@contoso.example");
    EXPECT_EQ(user("AdeleV@contoso.example"), nullptr);
    ASSERT_NE(user("NEW@contoso.example"), nullptr);
    EXPECT_EQ(user("new@contoso.example")->id, adele().id);
}

TEST_F(DirectoryTest, ANameThatPassesToAnotherUserFindsThem) {
    auto alex = adele();
    alex.id = "aaaaaaaa-0000-4000-8000-000000000002";
    alex.user_principal_name = "alex@contoso.example";
    ASSERT_TRUE(directory_.add(adele(), soon_));
    ASSERT_TRUE(directory_.add(alex, soon_));
    ASSERT_EQ(user("adelev@contoso.example")->id, adele().id);
    ASSERT_EQ(user("alex@contoso.example")->id, alex.id);
    rename(adele().id, "former@contoso.example");
    rename(alex.id, "adelev@contoso.example");
    EXPECT_EQ(user("adelev@contoso.example")->id, alex.id);
    EXPECT_EQ(cached_user(kTenant, "adelev@contoso.example").value()->id, alex.id);
    EXPECT_EQ(user("alex@contoso.example"), nullptr);
}

TEST_F(DirectoryTest, ARemovedPersonIsForgottenByIdAndByName) {
    add_mailbox();
    const auto removed =
        directory_.remove<User>(kTenant, "AAAAAAAA-0000-4000-8000-000000000001", now_, soon_);
    ASSERT_TRUE(removed && *removed);
    EXPECT_EQ((*removed)->owners.size(), 4U);
    EXPECT_EQ(user(adele().id), nullptr);
    EXPECT_EQ(user(adele().user_principal_name), nullptr);
    EXPECT_FALSE(*store_.users().find(kTenant, adele().id, soon_));
}

TEST_F(DirectoryTest, ARemovedPersonsContactsAndFoldersAreForgotten) {
    add_mailbox();
    ASSERT_TRUE(directory_.remove<User>(kTenant, adele().id, now_, soon_));
    for (const auto* id : {"0", "1", "2"}) EXPECT_EQ(find_contact(id), nullptr) << id;
    for (const auto* id : {"a", "b"}) EXPECT_EQ(find_folder(id), nullptr) << id;
}

TEST_F(DirectoryTest, ARemovedFoldersContactsAndFoldersAreForgotten) {
    add_mailbox();
    ASSERT_TRUE(directory_.remove<ContactFolder>(kTenant, "a", now_, soon_));
    for (const auto* id : {"1", "2"}) EXPECT_EQ(find_contact(id), nullptr) << id;
    for (const auto* id : {"a", "b"}) EXPECT_EQ(find_folder(id), nullptr) << id;
    EXPECT_NE(find_contact("0"), nullptr);
    EXPECT_NE(user(adele().id), nullptr);
}

TEST_F(DirectoryTest, GroupsAndContactsAreForgottenWhenTheyChangeOrGo) {
    add_mailbox();
    ASSERT_TRUE(directory_.add(retail(), soon_));
    const std::string upper_id = "BBBBBBBB-0000-4000-8000-000000000001";
    ASSERT_NE(find_group(upper_id), nullptr);
    EXPECT_TRUE(*directory_.find<Group>(kTenant, retail().id, Wait::memory_only()));
    ASSERT_TRUE(directory_.change<Group>(
        kTenant, upper_id,
        [](Group& group) -> Result<void> {
            group.is_team = true;
            return {};
        },
        soon_));
    EXPECT_TRUE(find_group(retail().id)->is_team);
    ASSERT_TRUE(directory_.remove<Group>(kTenant, upper_id, now_, soon_));
    EXPECT_EQ(find_group(retail().id), nullptr);
    ASSERT_TRUE(directory_.remove<Contact>(kTenant, "0", now_, soon_));
    EXPECT_EQ(find_contact("0"), nullptr);
    EXPECT_NE(find_contact("1"), nullptr);
}

TEST_F(DirectoryTest, AGroupThatIsAddedWithMembersIsFound) {
    ASSERT_TRUE(directory_.add(adele(), soon_));
    ASSERT_EQ(find_group(retail().id), nullptr);
    const std::vector<std::string> nobody{"nobody"}, her{adele().id};
    EXPECT_EQ(directory_.add_group(retail(), nobody, her, soon_).error().fault, Fault::no_owner);
    EXPECT_EQ(find_group(retail().id), nullptr);
    ASSERT_TRUE(directory_.add_group(retail(), her, her, soon_));
    EXPECT_NE(find_group(retail().id), nullptr);
}

TEST_F(DirectoryTest, IdsOfAMailboxAreCaseSensitive) {
    ASSERT_TRUE(directory_.add(adele(), soon_));
    for (const auto* id : {"AAMk=", "aamk="}) ASSERT_TRUE(directory_.add(contact(id), soon_));
    EXPECT_EQ(find_contact("AAMk=")->display_name, "AAMk=");
    EXPECT_EQ(find_contact("aamk=")->display_name, "aamk=");
    EXPECT_EQ(find_contact("AAMK="), nullptr);
}

TEST_F(DirectoryTest, NothingCrossesTenants) {
    ASSERT_TRUE(directory_.add(adele(), soon_));
    ASSERT_NE(user(adele().user_principal_name), nullptr);
    for (const auto& key : {adele().id, adele().user_principal_name}) {
        EXPECT_FALSE(cached_user(kOther, key));
        EXPECT_EQ(user(key, kOther), nullptr);
    }
    const auto removed = directory_.remove<User>(kOther, adele().id, now_, soon_);
    ASSERT_TRUE(removed);
    EXPECT_FALSE(*removed);
    EXPECT_NE(user(adele().id), nullptr);
    EXPECT_FALSE(*store_.users().find(kOther, adele().id, soon_));
}

TEST_F(DirectoryTest, ATakenNameIsAConflict) {
    ASSERT_TRUE(directory_.add(adele(), soon_));
    auto duplicate = adele();
    duplicate.id = "aaaaaaaa-0000-4000-8000-000000000002";
    duplicate.user_principal_name = "ADELEV@contoso.example";
    const auto added = directory_.add(duplicate, soon_);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().fault, Fault::conflict);
    EXPECT_EQ(user("adelev@contoso.example")->id, adele().id);
}

TEST(ItemIds, AreLongAndOpaqueAndEndInAnEqualsSign) {
    EXPECT_EQ(new_item_id().size(), 68U);
    EXPECT_EQ(new_item_id().back(), '=');
    EXPECT_NE(new_item_id(), new_item_id());
    EXPECT_EQ(default_folder_id(adele().id), default_folder_id(adele().id));
    EXPECT_EQ(default_folder_id(adele().id).size(), 68U);
    EXPECT_NE(default_folder_id(adele().id), default_folder_id(retail().id));
}

TEST(Words, AreRunsOfLettersAndDigitsInLowerCase) {
    using Words = std::vector<std::string>;
    EXPECT_EQ(words_of("Adele O'Vance-2"), (Words{"adele", "o", "vance", "2"}));
    EXPECT_EQ(words_of("room_1@contoso.example"), (Words{"room", "1", "contoso", "example"}));
    EXPECT_EQ(words_of("  J\xc3\xbcrgen "), Words{"j\xc3\xbcrgen"});
    EXPECT_EQ(words_of(""), Words{});
    EXPECT_EQ(words_of("\"*-:()"), Words{});
}

TEST(Properties, NameColumnsInSnakeCase) {
    EXPECT_EQ(snake_case("userPrincipalName"), "user_principal_name");
    EXPECT_EQ(snake_case("id"), "id");
    EXPECT_NE(find_property<User>("mail"), nullptr);
    EXPECT_EQ(find_property<User>("Mail"), nullptr);
    EXPECT_EQ(find_property<Contact>("mail"), nullptr);
}

TEST_F(DirectoryTest, ABindingIsCachedUntilItsUserIsRemoved) {
    const IssuerSubject subject{std::string(kTenant), "https://i.example", "s"};
    EXPECT_EQ(bound_user(subject), "");
    ASSERT_TRUE(directory_.add_bound(adele(), subject, soon_));
    EXPECT_EQ(user(adele().id)->id, adele().id);
    EXPECT_FALSE(cached_bound_user(subject));
    EXPECT_EQ(bound_user(subject), adele().id);
    EXPECT_EQ(**cached_bound_user(subject), adele().id);
    ASSERT_TRUE(directory_.remove<User>(kTenant, adele().id, Instant{}, soon_).value());
    EXPECT_FALSE(cached_bound_user(subject));
    ASSERT_TRUE(directory_.add(adele(), soon_));
    EXPECT_EQ(bound_user(subject), "") << "another user with that id";
}

TEST_F(DirectoryTest, ABindingIsErasedWhenAnotherReplacesIt) {
    const IssuerSubject subject{std::string(kTenant), "https://i.example", "s"};
    ASSERT_TRUE(directory_.add_bound(adele(), subject, soon_));
    ASSERT_EQ(bound_user(subject), adele().id);
    auto other = subject;
    other.subject = "other";
    ASSERT_TRUE(directory_.rebind_subject(other, adele().id, soon_));
    EXPECT_FALSE(cached_bound_user(subject));
    EXPECT_EQ(bound_user(other), adele().id);
}

}  // namespace
}  // namespace cameo::directory
