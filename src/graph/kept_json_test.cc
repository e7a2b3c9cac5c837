#include "graph/kept_json.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "graph/object_json.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::User;
using testing::HasSubstr;

// The kept properties after the merge, or what is wrong.
std::string merged(std::string_view body, std::string kept = {}) {
    const auto done =
        merge_kept(json::parse(body).as_object(), directory::kept_properties<User>(), kept);
    return done ? kept : done.error().detail;
}

TEST(KeptJson, AValueIsStoredAsItWasSentAndNullRemovesIt) {
    EXPECT_EQ(merged(R"({"city":"Oslo","skills":["b","a"],"deviceEnrollmentLimit":5})"),
              R"({"city":"Oslo","skills":["b","a"],"deviceEnrollmentLimit":5})");
    EXPECT_EQ(merged(R"({"city":null})", R"({"city":"Oslo","state":"V"})"), R"({"state":"V"})");
    EXPECT_EQ(merged(R"({"city":null})", R"({"city":"Oslo"})"), "");
    EXPECT_EQ(merged(R"({"displayName":"x"})", R"({"city":"Oslo"})"), R"({"city":"Oslo"})");
    EXPECT_EQ(merged(R"({"birthday":"1985-07-03T10:00:00.25+05:45"})"),
              R"({"birthday":"1985-07-03T10:00:00.25+05:45"})");
}

TEST(KeptJson, UnknownNamesAndPasswordsAreDropped) {
    EXPECT_EQ(merged(R"({"shoeSize":7,"passwordProfile":{"password":"secret"},"City":"x"})"), "");
}

TEST(KeptJson, AnObjectChangesTheMembersThatItHas) {
    const std::string before = R"({"employeeOrgData":{"division":"a","costCenter":"1"}})";
    EXPECT_EQ(
        merged(R"({"employeeOrgData":{"costCenter":null,"more":1,"@odata.type":"#x"}})", before),
        R"({"employeeOrgData":{"division":"a","costCenter":null}})");
    EXPECT_EQ(merged(R"({"employeeOrgData":null})", before), "");
}

TEST(KeptJson, AWrongTypeIsNamed) {
    EXPECT_EQ(merged(R"({"city":5})"), "The property 'city' is not a string.");
    EXPECT_EQ(merged(R"({"showInAddressList":"true"})"),
              "The property 'showInAddressList' is neither true nor false.");
    for (const auto* number : {"1.5", "\"5\"", "2147483648", "18446744073709551615"})
        EXPECT_THAT(merged(std::string(R"({"deviceEnrollmentLimit":)") + number + "}"),
                    HasSubstr("is not an integer"));
    for (const auto* time : {"5", "\"\"", "\"tomorrow\"", "\"2026-02-30\""})
        EXPECT_THAT(merged(std::string(R"({"birthday":)") + time + "}"), HasSubstr("not a time"));
    EXPECT_THAT(merged(R"({"skills":["a",null]})"), HasSubstr("not a list of strings"));
    EXPECT_THAT(merged(R"({"skills":"a"})"), HasSubstr("is not a list"));
    EXPECT_THAT(merged(R"({"identities":["a"]})"), HasSubstr("is not an object"));
    EXPECT_EQ(merged(R"({"identities":[{"issuer":1}]})"),
              "The property 'identities/issuer' is not a string.");
}

TEST(KeptJson, WhatGraphComputesCannotBeSet) {
    EXPECT_EQ(merged(R"({"signInActivity":{}})"), "The property 'signInActivity' is read-only.");
    EXPECT_EQ(merged(R"({"signInActivity":null})"), "");
}

TEST(KeptJson, SizeItemsAndLevelsAreBounded) {
    const auto about = [](std::size_t size) {
        return R"({"aboutMe":")" + std::string(size, 'x') + "\"}";
    };
    const auto around = about(0).size();
    EXPECT_EQ(merged(about(directory::kMaxKeptBytes - around)).size(), directory::kMaxKeptBytes);
    EXPECT_THAT(merged(about(directory::kMaxKeptBytes - around + 1)), HasSubstr("at most 8192"));
    std::string items = "\"x\"";
    for (int i = 1; i < 250; ++i) items += ",\"x\"";
    EXPECT_THAT(merged(R"({"skills":[)" + items + "]}"), HasSubstr("skills"));
    EXPECT_THAT(merged(R"({"skills":[)" + items + ",\"x\"]}"), HasSubstr("more than 250 items"));
    EXPECT_THAT(merged(R"({"mailboxSettings":{"a":{"b":{"c":[1]}}}})"), HasSubstr("[1]"));
    EXPECT_THAT(merged(R"({"mailboxSettings":{"a":{"b":{"c":[[]]}}}})"),
                HasSubstr("more than 4 levels"));
}

std::string shown(const User& user, Options options, Extent extent) {
    json::object body;
    EXPECT_TRUE(resolve_select(options, kUserSchema));
    append_object(body, user, kUserSchema, options, extent);
    return json::serialize(body);
}

TEST(KeptJson, OnlySelectShowsThemAndOnlyOfAWholeUser) {
    const User user{.id = "1", .kept = R"({"city":"Oslo","skills":["a"]})"};
    const Options options{.select = {{"id", "CITY", "skills", "state", "schools"}}};
    EXPECT_EQ(shown(user, options, Extent::whole),
              R"({"id":"1","city":"Oslo","skills":["a"],"state":null,"schools":[]})");
    for (const auto extent : {Extent::basic, Extent::id})
        EXPECT_EQ(shown(user, options, extent),
                  R"({"id":"1","city":null,"skills":[],"state":null,"schools":[]})");
    EXPECT_THAT(shown(user, {}, Extent::whole), testing::Not(HasSubstr("city")));
    const User damaged{.id = "1", .kept = "{"};
    EXPECT_THAT(shown(damaged, options, Extent::whole), HasSubstr(R"("city":null)"));
}

TEST(KeptJson, OnlyNamesWithAStoredValueAreReadFromTheStore) {
    const auto selects = [](const char* name, const EntitySchema& schema) {
        return selects_kept({.select = {{name}}}, schema);
    };
    EXPECT_TRUE(selects("city", kUserSchema));
    EXPECT_TRUE(selects("classification", kGroupSchema));
    EXPECT_FALSE(selects("classification", kTeamSchema)) << "a team has none";
    EXPECT_FALSE(selects("displayName", kUserSchema));
    EXPECT_FALSE(selects("signInActivity", kUserSchema));
    EXPECT_FALSE(selects("passwordProfile", kUserSchema));
    EXPECT_FALSE(selects_kept({}, kUserSchema));
}

TEST(KeptJson, APageOfThemEndsAt4MB) {
    const json::object entry{{"aboutMe", std::string(1 << 20, 'x')}};
    PageSize measured({.select = {{"aboutMe"}}}, kUserSchema);
    int taken = 0;
    while (measured.takes(entry)) ++taken;
    EXPECT_EQ(taken, 3);
    PageSize expanded({.expanded_select = {{"city"}}}, kGroupSchema);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(expanded.takes(entry));
    EXPECT_FALSE(expanded.takes(entry));
    PageSize other({.select = {{"id"}}}, kUserSchema);
    for (int i = 0; i < 9; ++i) EXPECT_TRUE(other.takes(entry));
}

}  // namespace
}  // namespace cameo::graph
