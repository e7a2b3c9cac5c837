#include "graph/target.h"

#include <gmock/gmock.h>

namespace cameo::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> segments(std::string_view text) {
    const auto target = Target::parse(text);
    if (!target) return {"(malformed)"};
    return {target->segments().begin(), target->segments().end()};
}

TEST(Target, TakesVersionSegmentsAndQueryApart) {
    const auto target = Target::parse("/v1.0/users/x/photo/$value?$select=id&t=1");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->version(), "v1.0");
    EXPECT_THAT(target->segments(), ElementsAre("users", "x", "photo", "$value"));
    EXPECT_EQ(target->query(), "$select=id&t=1");
}

TEST(Target, TheVersionIsV1OrBetaInAnyCase) {
    EXPECT_EQ(Target::parse("/BETA/me")->version(), "beta");
    EXPECT_EQ(Target::parse("/V1.0/me")->version(), "v1.0");
    for (const auto* text : {"/v2.0/me", "/me", "/", "", "v1.0/me", "/v1.0x/me"})
        EXPECT_FALSE(Target::parse(text)) << text;
}

TEST(Target, CameosOwnVersionIsTakenExactlyAsWritten) {
    const auto target = Target::parse("/cameo/v1/users('a%40b')/photo?top=1");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->version(), kCameoVersion);
    EXPECT_THAT(target->segments(), ElementsAre("users", "a@b", "photo"));
    EXPECT_EQ(target->path(), "users('a%40b')/photo");
    EXPECT_EQ(target->query(), "top=1");
    EXPECT_TRUE(has_version("/cameo/v1/people"));
    for (const auto* text : {"/cameo/v1", "/cameo/v2/me", "/cameo", "//cameo/v1/me",
                             "/cameo//v1/me", "/Cameo/v1/me", "/cameo/v1me"}) {
        EXPECT_FALSE(Target::parse(text)) << text;
        EXPECT_FALSE(has_version(text)) << text;
    }
}

TEST(Target, SegmentsArePercentDecoded) {
    EXPECT_THAT(segments("/v1.0/users/a%40b%2Ec%23%2B%3D/photo/%24value"),
                ElementsAre("users", "a@b.c#+=", "photo", "$value"));
    EXPECT_THAT(segments("/v1.0/users/a%2Fb/photo"), ElementsAre("users", "a/b", "photo"));
    EXPECT_THAT(segments("/v1.0/users/x%2523EXT/photo"), ElementsAre("users", "x%23EXT", "photo"));
}

std::string why_not(std::string_view text) {
    const auto target = Target::parse(text);
    return target ? "" : target.error().detail;
}

TEST(Target, TheMessageNamesTheBadEscape) {
    EXPECT_THAT(why_not("/v1.0/users/a%zz/photo"), HasSubstr("'%zz'"));
    EXPECT_THAT(why_not("/v1.0/users/a%4/photo"), HasSubstr("'%4'"));
    EXPECT_THAT(why_not("/v1.0/users/%40%"), HasSubstr("'%'"));
    EXPECT_THAT(why_not("/v1.0/users/%41%00"), HasSubstr("'%00'"));
    EXPECT_THAT(why_not("/v1.0/users/%41%ff"), HasSubstr("'%ff'"));
    EXPECT_THAT(why_not("/v1.0/users/%\xc3\xa4"), HasSubstr("'%'"));
    EXPECT_THAT(why_not("/v1.0/users('')"), HasSubstr("key of 'users'"));
    EXPECT_THAT(why_not("/v2.0/users"), HasSubstr("/v1.0 or /beta"));
}

TEST(Target, ABadEscapeIsMalformed) {
    for (const auto* text : {"/v1.0/users/%", "/v1.0/users/%4", "/v1.0/users/%zz",
                             "/v1.0/users/%00", "/v1.0/users/%ff", "/v1.0/users/%c0%af"})
        EXPECT_FALSE(Target::parse(text)) << text;
}

TEST(Target, AUserHasAnAlternateKey) {
    EXPECT_THAT(segments("/v1.0/users(userPrincipalName='a@x')/photo"),
                ElementsAre("users", "a@x", "photo"));
    EXPECT_THAT(segments("/v1.0/Users(UserPrincipalName='o''neil@x')"),
                ElementsAre("Users", "o'neil@x"));
    EXPECT_THAT(segments("/v1.0/users(mail='a@x')"), ElementsAre("users(mail='a@x')"));
    EXPECT_THAT(segments("/v1.0/users(userPrincipalName='')"), ElementsAre("(malformed)"));
}

TEST(Target, TheKeyFormEqualsTheSegmentForm) {
    EXPECT_THAT(segments("/v1.0/users('x')/photos('48x48')/$value"),
                ElementsAre("users", "x", "photos", "48x48", "$value"));
    EXPECT_THAT(segments("/v1.0/Users(%27o%27%27neil%40x%27)/photo"),
                ElementsAre("Users", "o'neil@x", "photo"));
    EXPECT_THAT(segments("/v1.0/groups('x')/members('y')/$ref"),
                ElementsAre("groups", "x", "members", "y", "$ref"));
    EXPECT_THAT(segments("/v1.0/groups('x')/owners('y')/$ref"),
                ElementsAre("groups", "x", "owners", "y", "$ref"));
    EXPECT_THAT(segments("/v1.0/users('')/photo"), ElementsAre("(malformed)"));
    EXPECT_THAT(segments("/v1.0/foo('x')"), ElementsAre("foo('x')"));
}

TEST(Target, ARunOfSlashesCountsAsOne) {
    for (const auto* text :
         {"/v1.0/me/photo", "/v1.0/me/photo/", "/v1.0/me/photo///", "//v1.0/me/photo",
          "/v1.0//me/photo", "/v1.0/me///photo", "///v1.0//me//photo//"})
        EXPECT_THAT(segments(text), ElementsAre("me", "photo")) << text;
    EXPECT_THAT(segments("/v1.0//users/a%2F%2Fb//photo"), ElementsAre("users", "a//b", "photo"));
    EXPECT_THAT(segments("/v1.0/users//photo"), ElementsAre("users", "photo"));
    EXPECT_THAT(segments("/v1.0//"), ElementsAre());
}

TEST(Target, AnEmptySegmentIsNoticedUnlessAtTheEnd) {
    for (const auto* text : {"//v1.0/me", "/v1.0//me", "/v1.0/users//photo"})
        EXPECT_TRUE(Target::parse(text)->has_empty_segment()) << text;
    for (const auto* text :
         {"/v1.0/me", "/v1.0/me/photo//", "/v1.0/users/a%2F%2Fb", "/v1.0/me?a//b"})
        EXPECT_FALSE(Target::parse(text)->has_empty_segment()) << text;
}

TEST(Target, MyorganizationAfterTheVersionCountsAsNothing) {
    EXPECT_THAT(segments("/v1.0/myorganization/users/x"), ElementsAre("users", "x"));
    EXPECT_THAT(segments("/beta//MyOrganization//users"), ElementsAre("users"));
    EXPECT_THAT(segments("/v1.0/myorganization"), ElementsAre());
    EXPECT_THAT(segments("/v1.0/myorganization/myorganization/me"),
                ElementsAre("myorganization", "me"));
    EXPECT_THAT(segments("/v1.0/users/myorganization"), ElementsAre("users", "myorganization"));
    EXPECT_EQ(Target::parse("/v1.0/myorganization/users?$top=1")->path(), "users");
}

TEST(Target, APathMayBeOfAnyDepth) {
    std::string text = "/v1.0";
    for (int i = 0; i < 500; ++i) text += "/a%40" + std::to_string(i);
    const auto all = segments(text);
    ASSERT_EQ(all.size(), 500U);
    EXPECT_EQ(all[0], "a@0");
    EXPECT_EQ(all[499], "a@499");
}

TEST(Target, ViewsOutliveAMove) {
    auto target = Target::parse("/v1.0/users/a%40b");
    const Target moved = std::move(*target);
    EXPECT_THAT(moved.segments(), ElementsAre("users", "a@b"));
}

TEST(PercentEncode, LeavesOnlyUnreservedCharacters) {
    EXPECT_EQ(percent_encode("AdeleV@contoso.example"), "AdeleV%40contoso.example");
    EXPECT_EQ(percent_encode("a b'c#\xc3\xa4~-._"), "a%20b%27c%23%C3%A4~-._");
}

}  // namespace
}  // namespace cameo::graph
