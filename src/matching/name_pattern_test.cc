#include "matching/name_pattern.h"

#include <gmock/gmock.h>

#include "matching/owner_index.h"
#include "store/memory/memory_store.h"

namespace cameo::matching {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const directory::User kAda{.id = "1",
                           .user_principal_name = "ada@contoso.example",
                           .given_name = "Ada",
                           .surname = "Byron"};

std::string expand(std::string_view pattern) {
    const auto parsed = Pattern::parse(pattern, OwnerKind::user);
    return parsed ? parsed->expand(kAda) : parsed.error().detail;
}

TEST(Pattern, ShorthandsStandForTheirProperty) {
    EXPECT_EQ(expand("upn"), "ada@contoso.example");
    EXPECT_EQ(expand("id"), "1");
    EXPECT_EQ(Pattern::parse("upn", OwnerKind::user)->text(), "{userPrincipalName}");
}

TEST(Pattern, JoinsPropertiesAndText) {
    EXPECT_EQ(expand("{givenName}.{surname}"), "Ada.Byron");
    EXPECT_EQ(expand("photo of {givenName}!"), "photo of Ada!");
    EXPECT_EQ(expand("{id}{id}"), "11");
}

TEST(Pattern, NamesItsProperties) {
    EXPECT_THAT(Pattern::parse("a {surname} {givenName}", OwnerKind::user)->properties(),
                ElementsAre("surname", "givenName"));
}

TEST(Pattern, AMissingPropertyMakesTheWholeNameEmpty) {
    EXPECT_EQ(expand("{givenName}.{mail}"), "");
    EXPECT_EQ(expand("mail"), "");
}

TEST(Pattern, AnInvalidPatternIsRefusedWithTheProperties) {
    EXPECT_THAT(expand("{shoeSize}"), HasSubstr("userPrincipalName"));
    EXPECT_THAT(expand("{givenName"), HasSubstr("without }"));
    EXPECT_THAT(expand("ada"), HasSubstr("names no property"));
    EXPECT_THAT(expand(""), HasSubstr("names no property"));
    EXPECT_THAT(expand("{businessPhones}"), HasSubstr("there are"));  // a list, not one text
    EXPECT_THAT(expand("{accountEnabled}"), HasSubstr("there are"));
}

TEST(Pattern, KeptTextsCanBeNamed) {
    auto ada = kAda;
    ada.kept = R"({"employeeId":"E-1","skills":["C"],"birthday":"1815-12-10"})";
    const auto pattern = Pattern::parse("{employeeId} {surname}", OwnerKind::user);
    ASSERT_TRUE(pattern);
    EXPECT_TRUE(pattern->names_kept());
    EXPECT_EQ(pattern->expand(ada), "E-1 Byron");
    EXPECT_EQ(pattern->expand(kAda), "");
    EXPECT_FALSE(Pattern::parse("{surname}", OwnerKind::user)->names_kept());
    for (const auto* text : {"{skills}", "{birthday}", "{securityIdentifier}", "{passwordProfile}"})
        EXPECT_THAT(expand(text), HasSubstr("there are"));
    EXPECT_TRUE(Pattern::parse("{classification}", OwnerKind::group));
    EXPECT_FALSE(Pattern::parse("{employeeId}", OwnerKind::group));
}

TEST(Pattern, GroupsHaveTheirOwnProperties) {
    EXPECT_FALSE(Pattern::parse("upn", OwnerKind::group));
    EXPECT_EQ(Pattern::default_for(OwnerKind::group).expand(directory::Group{.display_name = "G"}),
              "G");
}

TEST(FileName, UnsafeCharactersAreReplaced) {
    EXPECT_EQ(safe_file_name("ada@contoso.example"), "ada@contoso.example");
    EXPECT_EQ(safe_file_name("../../etc/passwd"), "_._.._etc_passwd");
    EXPECT_EQ(safe_file_name(".."), "_");
    EXPECT_EQ(safe_file_name("."), "_");
    EXPECT_EQ(safe_file_name(".hidden"), "_hidden");
    EXPECT_EQ(safe_file_name(std::string("a\0b\nc\x7f", 6)), "a_b_c_");
    EXPECT_EQ(safe_file_name("a. . "), "a");
    EXPECT_EQ(safe_file_name(""), "");
    EXPECT_EQ(safe_file_name("J\xc3\xbcrgen"), "J\xc3\xbcrgen");
}

TEST(FileName, ALongNameIsTruncatedBetweenCharacters) {
    std::string name(199, 'a');
    name += "\xc3\xbc\xc3\xbc";
    EXPECT_EQ(safe_file_name(name), std::string(199, 'a'));
}

TEST(FileName, ASafeNameIsUnchanged) {
    for (const std::string name : {"../x", ".", "a/b", " . ", "..", "a...", ". ."})
        EXPECT_EQ(safe_file_name(safe_file_name(name)), safe_file_name(name)) << name;
}

class OwnerIndexTest : public testing::Test {
  protected:
    static constexpr auto kTenant = "t";

    void add_user(const std::string& id, const std::string& name, const std::string& mail = "") {
        ASSERT_TRUE(directory_.users().add({.tenant = kTenant,
                                            .id = id,
                                            .user_principal_name = name,
                                            .display_name = "Display " + id,
                                            .mail = mail},
                                           soon_));
    }
    void add_group(const std::string& id, const std::string& name) {
        ASSERT_TRUE(
            directory_.groups().add({.tenant = kTenant, .id = id, .display_name = name}, soon_));
    }
    OwnerIndex load(std::string_view pattern, OwnerKind kind = OwnerKind::user) {
        auto owners = OwnerIndex::load(directory_, kTenant, kind, *Pattern::parse(pattern, kind));
        EXPECT_TRUE(owners);
        return std::move(*owners);
    }

    store::memory::MemoryDirectory directory_;
    Deadline soon_ = deadline_in(std::chrono::seconds(60));
};

TEST_F(OwnerIndexTest, FindsByNameCaseInsensitively) {
    add_user("1", "Ada@Contoso.example");
    const auto owners = load("upn");
    EXPECT_THAT(owners.find("ada@contoso.EXAMPLE"), ElementsAre(0));
    EXPECT_THAT(owners.find("ada"), IsEmpty());
}

TEST_F(OwnerIndexTest, FindsByNameInEitherNormalForm) {
    add_user("1", "j\xc3\xb6rg@x");   // o with diaeresis in one character
    add_user("2", "zoe\xcc\x88@x");   // e, then the diaeresis
    add_user("3", "\xea\xb0\x80@x");  // a Hangul syllable
    const auto owners = load("upn");
    EXPECT_THAT(owners.find("jo\xcc\x88rg@x"), ElementsAre(0));
    EXPECT_THAT(owners.find("JO\xcc\x88RG@x"), IsEmpty());  // only A to Z match a to z
    EXPECT_THAT(owners.find("zo\xc3\xab@x"), ElementsAre(1));
    EXPECT_THAT(owners.find("\xe1\x84\x80\xe1\x85\xa1@x"), ElementsAre(2));
    EXPECT_THAT(owners.find("j\xf6rg@x"), IsEmpty());  // Latin-1
}

TEST_F(OwnerIndexTest, FindsAllOwnersWithTheSameName) {
    add_user("1", "a@x", "same@x");
    add_user("2", "b@x", "SAME@x");
    add_user("3", "c@x", "other@x");
    EXPECT_THAT(load("mail").find("same@x"), ElementsAre(0, 1));
}

TEST_F(OwnerIndexTest, AnOwnerWithoutThePropertyIsListedButNeverFound) {
    add_user("1", "a@x");
    const auto owners = load("mail");
    EXPECT_EQ(owners.entries().size(), 1U);
    EXPECT_THAT(owners.find(""), IsEmpty());
}

TEST_F(OwnerIndexTest, ANameWithASlashIsFoundByItsFileName) {
    add_group("1", "R/D");
    EXPECT_THAT(load("displayName", OwnerKind::group).find("r_d"), ElementsAre(0));
}

TEST_F(OwnerIndexTest, ContainsTheOwnersOfManyPages) {
    for (int i = 0; i < 1'203; ++i) add_user(std::to_string(i), std::to_string(i) + "@x");
    const auto owners = load("upn");
    EXPECT_EQ(owners.entries().size(), 1'203U);
    EXPECT_EQ(owners.find("1202@x").size(), 1U);
}

}  // namespace

}  // namespace cameo::matching
