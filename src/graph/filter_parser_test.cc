#include "graph/filter_parser.h"

#include <gmock/gmock.h>

namespace cameo::graph {
namespace {

using directory::Filter;
using testing::HasSubstr;

// The filter as a person would read it: (a & b), (a | b), !a, name=value, name^prefix.
std::string written(const Filter& filter) {
    const auto value = [&] {
        if (const auto* text = std::get_if<std::string>(&filter.value)) return *text;
        if (const auto* time = std::get_if<Instant>(&filter.value))
            return utc_text(std::chrono::floor<std::chrono::seconds>(*time));
        return std::string(std::get<bool>(filter.value) ? "true" : "false");
    };
    const auto member = filter.member == Filter::Member::name ? ".name" : "";
    switch (filter.kind) {
        case Filter::Kind::equals:
            return filter.property + member + "=" + value();
        case Filter::Kind::starts_with:
            return filter.property + "^" + value();
        case Filter::Kind::ends_with:
            return filter.property + "$" + value();
        case Filter::Kind::at_least:
            return filter.property + ">=" + value();
        case Filter::Kind::at_most:
            return filter.property + "<=" + value();
        case Filter::Kind::none_of:
            return "!" + written(filter.parts.front());
        default:
            break;
    }
    std::string joined;
    for (const auto& part : filter.parts) {
        if (!joined.empty()) joined += filter.kind == Filter::Kind::all_of ? " & " : " | ";
        joined += written(part);
    }
    return "(" + joined + ")";
}

template <class Object = directory::User>
std::string parsed(std::string_view text) {
    const auto filter = parse_filter(text, filter_property<Object>);
    return filter ? written(*filter) : filter.error().detail;
}

TEST(FilterParser, TakesComparisons) {
    EXPECT_EQ(parsed("displayName eq 'Ada'"), "displayName=Ada");
    EXPECT_EQ(parsed("  mail EQ 'a@b'  "), "mail=a@b");
    EXPECT_EQ(parsed("surname ne 'x'"), "!surname=x");
    EXPECT_EQ(parsed("startswith(displayName,'a')"), "displayName^a");
    EXPECT_EQ(parsed("startsWith( displayName , 'a b' )"), "displayName^a b");
    EXPECT_EQ(parsed("accountEnabled eq true"), "accountEnabled=true");
    EXPECT_EQ(parsed("accountEnabled ne False"), "!accountEnabled=false");
    EXPECT_EQ(parsed("mail eq null"), "mail=");
    EXPECT_EQ(parsed("id in ('a', 'b')"), "(id=a | id=b)");
}

TEST(FilterParser, OfTheKeptPropertiesOnlyEmployeeIdIsCompared) {
    EXPECT_EQ(parsed("EMPLOYEEID eq 'E-1'"), "employeeId=E-1");
    EXPECT_EQ(parsed("employeeId in ('a','b')"), "(employeeId=a | employeeId=b)");
    EXPECT_EQ(parsed("not (employeeId eq null)"), "!employeeId=");
    for (const auto* text : {"employeeId ne 'a'", "employeeId ge 'a'", "startsWith(employeeId,'a')",
                             "city eq 'a'", "startsWith(city,'a')", "skills/any(s:s eq 'a')",
                             "mail eq 'a' or state in ('b')", "signInActivity eq null"}) {
        const auto filter = parse_filter(text, filter_property<directory::User>);
        ASSERT_FALSE(filter) << text;
        EXPECT_EQ(filter.error().fault, Fault::unsupported_query) << text;
    }
    const auto password = parse_filter("passwordProfile eq 'a'", filter_property<directory::User>);
    EXPECT_EQ(password.error().fault, Fault::malformed);
    const auto group = parse_filter("employeeId eq 'a'", filter_property<directory::Group>);
    EXPECT_EQ(group.error().fault, Fault::malformed);
}

TEST(FilterParser, NamesAreTakenInAnyLetterCase) {
    EXPECT_EQ(parsed("DisplayName eq 'Ada'"), "displayName=Ada");
    EXPECT_EQ(parsed("startswith(MAIL,'a')"), "mail^a");
}

TEST(FilterParser, OrderedComparisonsLeaveOutAbsentValues) {
    EXPECT_EQ(parsed("surname ge 'a'"), "surname>=a");
    EXPECT_EQ(parsed("surname gt 'a'"), "!surname<=a");
    EXPECT_EQ(parsed("surname le 'a'"), "(surname<=a & !surname=)");
    EXPECT_EQ(parsed("surname lt 'a'"), "(!surname>=a & !surname=)");
}

TEST(FilterParser, TimesHaveNoQuotes) {
    EXPECT_EQ(parsed("createdDateTime ge 2026-11-30T10:00:00Z"),
              "createdDateTime>=2026-11-30T10:00:00");
    EXPECT_EQ(parsed("(createdDateTime le 2026-11-30T01:00:00.25+02:00)"),
              "(createdDateTime<=2026-11-29T23:00:00 & !createdDateTime=1970-01-01T00:00:00)");
    EXPECT_THAT(parsed("createdDateTime ge '2026-11-30'"), HasSubstr("a time such as"));
    EXPECT_THAT(parsed("createdDateTime ge 2026-13-30"), HasSubstr("a time such as"));
}

TEST(FilterParser, EndsWithAndAComparisonWithTrue) {
    EXPECT_EQ(parsed("endsWith(mail,'@a.example')"), "mail$@a.example");
    EXPECT_EQ(parsed("startsWith(mail,'a') eq true"), "mail^a");
    EXPECT_EQ(parsed("endswith(mail,'a') eq false"), "!mail$a");
}

TEST(FilterParser, AnyOfAList) {
    using directory::Contact;
    using directory::Group;
    EXPECT_EQ(parsed<Group>("groupTypes/any(c:c eq 'Unified')"), "groupTypes=Unified");
    EXPECT_EQ(parsed<Group>("grouptypes/Any(g: g eq 'a' or g in ('b','c'))"),
              "(groupTypes=a | (groupTypes=b | groupTypes=c))");
    EXPECT_EQ(parsed<Group>("resourceProvisioningOptions/Any(x:x eq 'Team')"), "isTeam=true");
    EXPECT_EQ(parsed<Group>("not resourceProvisioningOptions/Any(x:x eq 'Team')"), "!isTeam=true");
    EXPECT_EQ(parsed<Group>("resourceProvisioningOptions/any(x:x eq 'x')"), "()");
    EXPECT_EQ(parsed("proxyAddresses/any(p:startswith(p,'smtp:a')) and mail eq 'b'"),
              "(proxyAddresses^smtp:a & mail=b)");
    EXPECT_EQ(parsed("otherMails/any(p:endsWith(p,'b'))"), "otherMails$b");
    EXPECT_EQ(parsed<Contact>("emailAddresses/any(a:a/address eq 'x@y')"), "emailAddresses=x@y");
    EXPECT_EQ(parsed<Contact>("emailAddresses/any(a:a/name eq 'x')"), "emailAddresses.name=x");
}

TEST(FilterParser, WhatIsNotSupportedHasAFaultOfItsOwn) {
    using directory::Group;
    for (const auto* text :
         {"groupTypes/all(c:c eq 'Unified')", "groupTypes/any()", "groupTypes eq 'Unified'",
          "groupTypes/any(c:c eq 'a' and c eq 'b')", "groupTypes/any(c:c ne 'a')",
          "resourceProvisioningOptions/any(x:startsWith(x,'T'))"}) {
        const auto filter = parse_filter(text, filter_property<Group>);
        ASSERT_FALSE(filter) << text;
        EXPECT_EQ(filter.error().fault, Fault::unsupported_query) << filter.error().detail;
    }
    for (const auto* text :
         {"isTeam eq true", "groupTypes/some(c:c eq 'a')", "groupTypes/any(c:d eq 'a')",
          "groupTypes/any(c c eq 'a')", "groupTypes/any(c:c eq 'a'"}) {
        const auto filter = parse_filter(text, filter_property<Group>);
        ASSERT_FALSE(filter) << text;
        EXPECT_EQ(filter.error().fault, Fault::malformed) << filter.error().detail;
    }
}

TEST(FilterParser, AndBindsStrongerThanOr) {
    EXPECT_EQ(parsed("mail eq 'a' or mail eq 'b' and surname eq 'c'"),
              "(mail=a | (mail=b & surname=c))");
    EXPECT_EQ(parsed("(mail eq 'a' or mail eq 'b') and surname eq 'c'"),
              "((mail=a | mail=b) & surname=c)");
    EXPECT_EQ(parsed("not (mail eq 'a' or mail eq 'b')"), "!(mail=a | mail=b)");
    EXPECT_EQ(parsed("not startsWith(mail,'a') and mail ne null"), "(!mail^a & !mail=)");
}

TEST(FilterParser, AQuoteInsideATextIsDoubled) {
    EXPECT_EQ(parsed("surname eq 'O''Neil'"), "surname=O'Neil");
    EXPECT_EQ(parsed("surname eq ''"), "surname=");
    EXPECT_EQ(parsed("surname eq ''''"), "surname='");
    EXPECT_EQ(parsed("surname eq 'x) or (y'"), "surname=x) or (y");
}

TEST(FilterParser, WhatIsNotUnderstoodIsToldWithItsPlace) {
    for (const auto* text : {"",
                             " ",
                             "displayName",
                             "displayName eq",
                             "displayName eq Ada",
                             "displayName eq 'Ada",
                             "displayName has 'a'",
                             "nonsense eq 'a'",
                             "photoStorage eq 'mailbox'",
                             "accountEnabled eq 'true'",
                             "displayName eq true",
                             "startsWith(accountEnabled,'t')",
                             "startsWith(displayName)",
                             "(mail eq 'a'",
                             "mail eq 'a')",
                             "mail eq 'a' and",
                             "mail eq 'a' mail eq 'b'",
                             "mail in ()",
                             "mail in 'a'",
                             "not",
                             "endsWith(mail,a)"}) {
        const auto filter = parse_filter(text, filter_property<directory::User>);
        ASSERT_FALSE(filter) << text;
        EXPECT_EQ(filter.error().fault, Fault::malformed) << text;
        EXPECT_THAT(filter.error().detail, HasSubstr("position")) << text;
    }
    EXPECT_THAT(
        parsed("displayName eq Ada"),
        HasSubstr("position 16: a text in single quotes is expected for displayName, not 'Ada'"));
}

TEST(FilterParser, ADialectTakesTheNameOfItsTypeAndDoubleQuotes) {
    const auto of_members = [](std::string_view text) {
        const auto filter =
            parse_filter(text, filter_property<directory::User>,
                         {.type = "aadUserConversationMember", .double_quotes = true});
        return filter ? written(*filter) : filter.error().detail;
    };
    EXPECT_EQ(of_members("microsoft.graph.aadUserConversationMember/mail eq 'a'"), "mail=a");
    EXPECT_EQ(of_members("GRAPH.AADUSERCONVERSATIONMEMBER/mail eq 'a'"), "mail=a");
    EXPECT_EQ(of_members(R"(graph.aadUserConversationMember/id in ("a","b"))"), "(id=a | id=b)");
    EXPECT_EQ(of_members(R"(mail eq "a""b'c" or mail eq 'd"e')"), R"((mail=a"b'c | mail=d"e))");
    EXPECT_EQ(of_members("startsWith(graph.aadUserConversationMember/mail,\"a\")"), "mail^a");
    for (const auto* text :
         {R"(mail eq "a')", R"(mail eq "a)", "graph.user/mail eq 'a'",
          "graph.aadUserConversationMember eq 'a'", "graph.aadUserConversationMember/ eq 'a'"})
        EXPECT_THAT(of_members(text), HasSubstr("is not understood")) << text;
    EXPECT_THAT(parsed(R"(mail eq "a")"), HasSubstr("a text in single quotes is expected"));
    EXPECT_THAT(parsed("graph.user/mail eq 'a'"), HasSubstr("is not understood"));
}

TEST(FilterParser, DepthAndLengthAreBounded) {
    const auto nested = [](int depth) {
        return std::string(static_cast<std::size_t>(depth), '(') + "mail eq 'a'" +
               std::string(static_cast<std::size_t>(depth), ')');
    };
    EXPECT_EQ(parsed(nested(19)), "mail=a");
    EXPECT_THAT(parsed(nested(21)), HasSubstr("nested too deep"));
    std::string nots;
    for (int i = 0; i < 1000; ++i) nots += "not ";
    EXPECT_THAT(parsed(nots + "mail eq 'a'"), HasSubstr("nested too deep"));
    std::string many = "mail eq 'a'";
    for (int i = 0; i < 100; ++i) many += " or mail eq 'a'";
    EXPECT_THAT(parsed(many), HasSubstr("too many comparisons"));
    EXPECT_EQ(parsed("mail eq '" + std::string(4096, 'x') + "'"), "mail=" + std::string(4096, 'x'));
    EXPECT_THAT(parsed("mail eq '" + std::string(4097, 'x') + "'"), HasSubstr("4096 bytes"));
    EXPECT_THAT(parsed("mail in ('" + std::string(5000, 'x') + "')"), HasSubstr("4096 bytes"));
}

}  // namespace
}  // namespace cameo::graph
