#include "directory/directory.h"

#include <gtest/gtest.h>

#include "store/memory/memory_directory.h"

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

class DirectoryTest : public testing::Test {
  protected:
    store::memory::MemoryDirectory store_;
    Directory directory_{store_, 1600};
    Deadline soon_ = deadline_in(std::chrono::seconds(10));
};

TEST_F(DirectoryTest, FindsAPersonByIdAndByNameInEitherCase) {
    ASSERT_TRUE(directory_.add(adele(), soon_));
    for (const auto key : {"aaaaaaaa-0000-4000-8000-000000000001",
                           "AAAAAAAA-0000-4000-8000-000000000001", "adelev@CONTOSO.example"}) {
        const auto user = directory_.user(kTenant, key, soon_);
        ASSERT_TRUE(user && *user) << key;
        EXPECT_EQ((*user)->display_name, "Adele Vance");
    }
}

TEST_F(DirectoryTest, RemembersWhatItLookedUp) {
    ASSERT_TRUE(directory_.add(adele(), soon_));
    EXPECT_FALSE(directory_.cached_user(kTenant, adele().id));
    ASSERT_TRUE(directory_.user(kTenant, adele().id, soon_));
    const auto known = directory_.cached_user(kTenant, adele().id);
    ASSERT_TRUE(known);
    EXPECT_EQ(**known, adele());
}

TEST_F(DirectoryTest, APersonAddedAfterAMissIsFoundAtOnce) {
    ASSERT_EQ(*directory_.user(kTenant, "adelev@contoso.example", soon_), nullptr);
    ASSERT_EQ(*directory_.user(kTenant, adele().id, soon_), nullptr);
    ASSERT_TRUE(directory_.add(adele(), soon_));
    EXPECT_NE(*directory_.user(kTenant, "adelev@contoso.example", soon_), nullptr);
    EXPECT_NE(*directory_.user(kTenant, adele().id, soon_), nullptr);
}

TEST_F(DirectoryTest, NothingCrossesTenants) {
    ASSERT_TRUE(directory_.add(adele(), soon_));
    ASSERT_NE(*directory_.user(kTenant, adele().id, soon_), nullptr);
    EXPECT_FALSE(directory_.cached_user(kOther, adele().id));
    EXPECT_EQ(*directory_.user(kOther, adele().id, soon_), nullptr);
}

TEST_F(DirectoryTest, ATakenNameIsAConflict) {
    ASSERT_TRUE(directory_.add(adele(), soon_));
    auto twin = adele();
    twin.id = "aaaaaaaa-0000-4000-8000-000000000002";
    twin.user_principal_name = "ADELEV@contoso.example";
    const auto added = directory_.add(twin, soon_);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().fault, Fault::conflict);
}

}  // namespace
}  // namespace cameo::directory
