#include "directory/objects.h"

#include <gmock/gmock.h>

#include "directory/property.h"

namespace cameo::directory {
namespace {

using testing::HasSubstr;

User ada() {
    return {.tenant = "t",
            .id = "aaaaaaaa-0000-4000-8000-000000000001",
            .user_principal_name = "ada@contoso.example",
            .display_name = "Ada Lovelace",
            .mail_nickname = "ada"};
}

void expect_refused(const User& user, const std::string& said,
                    const std::vector<std::string>& domains = {}, const User* before = nullptr) {
    const auto fine = check(user, domains, before);
    ASSERT_FALSE(fine) << said;
    EXPECT_EQ(fine.error().fault, Fault::malformed);
    EXPECT_THAT(fine.error().detail, HasSubstr(said));
}

TEST(UserRules, EveryTextHasItsLengthAndNoControlCharacters) {
    ASSERT_TRUE(check(ada(), {}));
    for (const auto& property : properties<User>()) {
        const auto* member = std::get_if<std::string User::*>(&property.member);
        if (member == nullptr) continue;
        const auto name = std::string("'") + std::string(property.name) + "'";
        auto user = ada();
        user.** member = std::string(property.max_length + 1, 'x');
        expect_refused(user, name + " is longer than");
        for (const auto* odd : {"a\tb", "a\x7f", "a\nb"}) {
            user.** member = odd;
            expect_refused(user, name + " contains a control character");
        }
    }
    auto user = ada();
    user.business_phones = {"+34 1", std::string(65, '1')};
    expect_refused(user, "'businessPhones' is longer than");
    user = ada();
    for (int i = 0; i < 64; ++i) user.surname += "\xc3\xbc";
    EXPECT_TRUE(check(user, {})) << "characters, not bytes";
}

TEST(UserRules, IdAndNameHaveTheirForm) {
    auto user = ada();
    for (const auto* id : {"", "ada", "aaaaaaaa-0000-4000-8000-00000000000/"}) {
        user.id = id;
        expect_refused(user, "'id' is not a GUID");
    }
    user = ada();
    for (const auto* name :
         {"", "ada", "@x", "ada@", "a@b@c", "a b@c", "a/b@c", "a\\b@c", "a\"@c"}) {
        user.user_principal_name = name;
        expect_refused(user, "'userPrincipalName' is not like");
    }
}

TEST(UserRules, ANameMustBeInADomainOfTheTenant) {
    EXPECT_TRUE(check(ada(), {"fabrikam.example", "contoso.example"}));
    expect_refused(ada(), "one of the organisation's own: fabrikam.example", {"fabrikam.example"});
}

TEST(UserRules, UnchangedValuesAreAccepted) {
    auto before = ada();
    before.surname = std::string(65, 'x');
    auto user = before;
    user.job_title = "Analyst";
    EXPECT_TRUE(check(user, {"fabrikam.example"}, &before));
    user.surname += 'x';
    expect_refused(user, "'surname'", {}, &before);
    user = before;
    user.user_principal_name = "eve@contoso.example";
    expect_refused(user, "is in the domain", {"fabrikam.example"}, &before);
}

TEST(FirstCharacters, AreWholeOnes) {
    EXPECT_EQ(first_characters("ada", 3), "ada");
    EXPECT_EQ(first_characters("ada", 2), "ad");
    EXPECT_EQ(first_characters("a\xc3\xbc\xc3\xbc", 2), "a\xc3\xbc");
    EXPECT_EQ(first_characters("", 2), "");
}

}  // namespace
}  // namespace cameo::directory
