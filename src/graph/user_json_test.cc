#include "graph/user_json.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>

namespace cameo::graph {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

json::object minimal() {
    return {{"accountEnabled", true},
            {"displayName", "Adele Vance"},
            {"mailNickname", "AdeleV"},
            {"userPrincipalName", "AdeleV@contoso.example"},
            {"passwordProfile", {{"password", "secret"}}}};
}

void expect_refused(const json::object& body, const std::string& property) {
    const auto user = parse_user(body);
    ASSERT_FALSE(user) << json::serialize(body);
    EXPECT_EQ(user.error().fault, Fault::malformed);
    EXPECT_THAT(user.error().detail, HasSubstr("'" + property + "'"));
}

TEST(UserJson, AMinimalUserGetsAnId) {
    const auto user = parse_user(minimal());
    ASSERT_TRUE(user) << user.error().detail;
    EXPECT_EQ(user->display_name, "Adele Vance");
    EXPECT_EQ(user->id.size(), 36U);
    EXPECT_EQ(user->photo_storage, PhotoStorage::mailbox);
}

TEST(UserJson, AnIdAndThePhotoStorageMayBeGiven) {
    auto body = minimal();
    body["id"] = "ABCDEF00-0000-4000-8000-000000000001";
    body["photoStorage"] = "directory";
    const auto user = parse_user(body);
    ASSERT_TRUE(user);
    EXPECT_EQ(user->id, "abcdef00-0000-4000-8000-000000000001");
    EXPECT_EQ(user->photo_storage, PhotoStorage::directory);
}

TEST(UserJson, EachRequiredMemberIsNamedWhereItIsMissing) {
    for (const auto* name :
         {"accountEnabled", "displayName", "mailNickname", "userPrincipalName"}) {
        auto body = minimal();
        body.erase(name);
        expect_refused(body, name);
        body[name] = nullptr;
        expect_refused(body, name);
    }
}

TEST(UserJson, AWrongValueIsNamed) {
    const std::vector<std::pair<const char*, json::value>> wrong{
        {"displayName", 5},
        {"displayName", json::string(257, 'x')},
        {"displayName", "a\nb"},
        {"accountEnabled", "yes"},
        {"userPrincipalName", "no-at-sign"},
        {"userPrincipalName", "@x"},
        {"userPrincipalName", "a@b@c"},
        {"userPrincipalName", "a b@c"},
        {"id", "7"},
        {"photoStorage", "cloud"},
        {"photoStorage", 1},
        {"businessPhones", "1"},
        {"businessPhones", json::array{1}},
        {"mail", json::object{}},
    };
    for (const auto& [name, value] : wrong) {
        auto body = minimal();
        body[name] = value;
        expect_refused(body, name);
    }
}

TEST(UserJson, TheDefaultSetHasGraphsOrderAndNulls) {
    const auto user = parse_user(minimal());
    json::object body;
    ASSERT_TRUE(append_user(body, *user, {}));
    EXPECT_EQ(
        json::serialize(body),
        R"({"businessPhones":[],"displayName":"Adele Vance","givenName":null,"jobTitle":null,)"
        R"("mail":null,"mobilePhone":null,"officeLocation":null,"preferredLanguage":null,)"
        R"("surname":null,"userPrincipalName":"AdeleV@contoso.example","id":")" +
            user->id + "\"}");
}

TEST(UserJson, ASelectionGivesThoseMembersAlone) {
    const auto user = parse_user(minimal());
    json::object body;
    ASSERT_TRUE(append_user(
        body, *user,
        {.select = std::vector<std::string>{"accountEnabled", "department", "photoStorage"}}));
    EXPECT_EQ(json::serialize(body),
              R"({"accountEnabled":true,"department":null,"photoStorage":"mailbox"})");
}

TEST(UserJson, AnUnknownOrSecretPropertyCannotBeSelected) {
    const auto user = parse_user(minimal());
    for (const auto* name : {"passwordProfile", "nonsense", "DisplayName"}) {
        json::object body;
        const auto appended = append_user(body, *user, {.select = std::vector<std::string>{name}});
        ASSERT_FALSE(appended) << name;
        EXPECT_THAT(appended.error().detail, HasSubstr(name));
    }
}

}  // namespace
}  // namespace cameo::graph
