#include "matching/name_match.h"

#include <gmock/gmock.h>

#include "store/memory/memory_store.h"

namespace cameo::matching {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PictureName, HasTheExtensionOfAPictureInAnyLetterCase) {
    for (const auto* name : {"a.jpg", "a.b.JPEG", "folder/a.Heic", ".a.png"})
        EXPECT_TRUE(is_picture_name(name)) << name;
    for (const auto* name : {"", "a", "jpg", ".jpg", "a.txt", "a.jpg.txt", "a.jpg/b"})
        EXPECT_FALSE(is_picture_name(name)) << name;
}

TEST(PictureName, IsTheOwnersWithoutFoldersAndExtension) {
    EXPECT_EQ(owner_name_of("ada@contoso.example.jpg"), "ada@contoso.example");
    EXPECT_EQ(owner_name_of("ada@contoso.example"), "ada@contoso.example");
    EXPECT_EQ(owner_name_of("2026/team/ada.PNG"), "ada");
    EXPECT_EQ(owner_name_of("ada.jpg.png"), "ada.jpg");
    EXPECT_EQ(owner_name_of(".jpg"), ".jpg");
    EXPECT_EQ(owner_name_of("folder/"), "");
}

class NameMatchTest : public testing::Test {
  protected:
    void add(const std::string& id, const std::string& name) {
        ASSERT_TRUE(directory_.users().add(
            {.tenant = "t", .id = id, .user_principal_name = id + "@x", .display_name = name},
            deadline_in(std::chrono::seconds(60))));
    }
    // m matched, u unmatched, a ambiguous, d duplicate.
    std::string states(const std::vector<std::string>& names) {
        const auto pattern = *Pattern::parse("displayName", OwnerKind::user);
        const auto owners = OwnerIndex::load(directory_, "t", OwnerKind::user, pattern);
        std::string text;
        for (const auto& match : match_names(owners.value(), names))
            text += "muad"[static_cast<int>(match.state)];
        return text;
    }

    store::memory::MemoryDirectory directory_;
};

TEST_F(NameMatchTest, EachNameHasItsState) {
    add("1", "Ada");
    add("2", "Bob");
    add("3", "bob");
    add("4", "Carol");
    EXPECT_EQ(states({"ada", "bob", "carol", "CAROL", "nobody", "carol", ""}), "maddudu");
    EXPECT_EQ(states({}), "");
}

TEST_F(NameMatchTest, ADuplicateNamesAnotherPictureOfTheOwner) {
    add("1", "Ada");
    const auto pattern = *Pattern::parse("displayName", OwnerKind::user);
    const auto owners = OwnerIndex::load(directory_, "t", OwnerKind::user, pattern).value();
    const std::vector<std::string> names{"x", "ada", "Ada", "ADA"};
    const auto matches = match_names(owners, names);
    EXPECT_EQ(matches[1].other, 3U);
    EXPECT_EQ(matches[2].other, 1U);
    EXPECT_EQ(matches[3].other, 1U);
    EXPECT_THAT(matches[3].owners, ElementsAre(0));
    EXPECT_THAT(matches[0].owners, IsEmpty());
}

TEST_F(NameMatchTest, AnIndexOfSomeNamesHasOnlyTheirOwners) {
    for (const auto* id : {"1", "2", "3"}) add(id, std::string("Name ") + id);
    const auto pattern = *Pattern::parse("displayName", OwnerKind::user);
    const std::vector<std::string> names{"NAME 2", "nobody"};
    const auto owners = OwnerIndex::load_named(directory_, "t", pattern, names,
                                               deadline_in(std::chrono::seconds(60)));
    ASSERT_EQ(owners.value().entries().size(), 1U);
    EXPECT_EQ(owners->entries().front().id, "2");
    EXPECT_THAT(owners->find("name 2"), ElementsAre(0));
    const auto late = OwnerIndex::load_named(directory_, "t", pattern, names, Deadline());
    EXPECT_EQ(late.error().fault, Fault::busy);
}

}  // namespace
}  // namespace cameo::matching
