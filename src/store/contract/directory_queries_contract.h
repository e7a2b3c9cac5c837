#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "store/contract/store_bed.h"

// The suite that every directory store passes: filters and searches.
namespace cameo::store::contract {

class DirectoryQueriesContract : public StoreFixture {
  protected:
    using Filter = directory::Filter;
    using Kind = directory::Filter::Kind;
    using Words = std::vector<std::string>;

    static Filter equals(const std::string& property, const std::string& text) {
        return {.kind = Kind::equals, .property = property, .value = text};
    }
    static Filter is(const std::string& property, bool truth) {
        return {.kind = Kind::equals, .property = property, .value = truth};
    }
    static Filter starts(const std::string& property, const std::string& text) {
        return {.kind = Kind::starts_with, .property = property, .value = text};
    }
    static Filter of(Kind kind, std::vector<Filter> parts) {
        return {.kind = kind, .parts = std::move(parts)};
    }
    std::string where(const Filter& filter) { return ids({.filter = filter}); }

    std::string found(const directory::Search& search) { return ids({.search = search}); }
    std::string found(const Words& words, const std::string& property = "") {
        return found(directory::Search{{{.property = property, .words = words}}});
    }

    // 1 Adele Vance, 2 Alex Wilber, 3 "Adelina O'Vance-Alexander", 4 nameless.
    void add_people() {
        add_person("1", "Adele Vance", "Retail Manager", "adele@contoso.example", true);
        add_person("2", "Alex Wilber", "Marketing Assistant", "ALEX@contoso.example", true);
        add_person("3", "Adelina O'Vance-Alexander", "", "", false);
        add_person("4", "", "Retail", "room_1@contoso.example", false);
    }
    void add_person(const std::string& id, const std::string& name, const std::string& title,
                    const std::string& mail, bool enabled) {
        auto person = named(id, name);
        person.user_principal_name = id + "@upn.example";
        person.job_title = title;
        person.mail = mail;
        person.account_enabled = enabled;
        add(person);
    }
};

TEST_P(DirectoryQueriesContract, EqualsComparesTextsWithoutRegardToAsciiCase) {
    add_people();
    EXPECT_EQ(where(equals("displayName", "ADELE vance")), "1");
    EXPECT_EQ(where(equals("displayName", "Adele")), "");
    EXPECT_EQ(where(equals("mail", "alex@CONTOSO.example")), "2");
    EXPECT_EQ(where(equals("userPrincipalName", "3@UPN.example")), "3");
    EXPECT_EQ(where(equals("id", "2")), "2");
    EXPECT_EQ(where(equals("jobTitle", "retail")), "4");
    EXPECT_EQ(where(equals("mail", "")), "3") << "an absent text equals the empty one";
}

TEST_P(DirectoryQueriesContract, EqualsComparesBooleans) {
    add_people();
    EXPECT_EQ(where(is("accountEnabled", true)), "1 2");
    EXPECT_EQ(where(is("accountEnabled", false)), "4 3");
    auto team = group("t");
    team.is_team = team.mail_enabled = true;
    add(team);
    add(group("g"));
    EXPECT_EQ(ids<directory::Group>({.filter = is("isTeam", true)}), "t");
    EXPECT_EQ(ids<directory::Group>({.filter = is("mailEnabled", false)}), "g");
}

TEST_P(DirectoryQueriesContract, StartsWithComparesTheBeginningWithoutRegardToAsciiCase) {
    add_people();
    EXPECT_EQ(where(starts("displayName", "adel")), "1 3");
    EXPECT_EQ(where(starts("displayName", "ADELE V")), "1");
    EXPECT_EQ(where(starts("displayName", "Adele Vance")), "1");
    EXPECT_EQ(where(starts("displayName", "Adele Vance ")), "");
    EXPECT_EQ(where(starts("displayName", "Vance")), "");
    EXPECT_EQ(where(starts("mail", "a")), "1 2");
    EXPECT_EQ(where(starts("jobTitle", "RETAIL")), "4 1");
    EXPECT_EQ(where(starts("displayName", "")), "4 1 3 2");
}

TEST_P(DirectoryQueriesContract, TextsOfAFilterAreOnlyText) {
    const Words names{"%",
                      "_",
                      "a%b",
                      "a_b",
                      "'",
                      "''",
                      "\"",
                      "a'; DROP TABLE users; --",
                      "\\",
                      "\x7f",
                      "*",
                      "\xc3\xa9",
                      "\xff",
                      "z\xff\xff",
                      "\xf4\x8f\xbf\xbf"};
    for (const auto& name : names) add(named(name, name));
    for (const auto& name : names) {
        EXPECT_EQ(where(equals("displayName", name)), name);
        const auto begun = ids({.filter = starts("displayName", name), .top = 1});
        EXPECT_EQ(begun, name == "'" ? "'" : name);
    }
    EXPECT_EQ(where(starts("displayName", "a")), "a%b a'; DROP TABLE users; -- a_b");
    EXPECT_EQ(where(starts("displayName", "a_")), "a_b");
    EXPECT_EQ(where(equals("displayName", "\xc3\x89")), "") << "ASCII alone is folded";
    EXPECT_EQ(where(equals("displayName", "x' OR '1'='1")), "");
    EXPECT_EQ(where(equals("displayName", std::string("%\0", 2))), "");
}

TEST_P(DirectoryQueriesContract, AnUnknownPropertyMatchesNoObject) {
    add_people();
    EXPECT_EQ(where(equals("1=1 OR displayName", "x")), "");
    EXPECT_EQ(where(equals("displayname", "Adele Vance")), "") << "names are exact";
    EXPECT_EQ(where(equals("tenant", kTenant)), "");
    EXPECT_EQ(where(equals("businessPhones", "[]")), "");
    EXPECT_EQ(where(equals("accountEnabled", "1")), "");
    EXPECT_EQ(where(is("displayName", false)), "");
}

TEST_P(DirectoryQueriesContract, PartsAreJoined) {
    add_people();
    const auto adel = starts("displayName", "adel"), enabled = is("accountEnabled", true);
    EXPECT_EQ(where(of(Kind::all_of, {adel, enabled})), "1");
    EXPECT_EQ(where(of(Kind::any_of, {adel, enabled})), "1 3 2");
    EXPECT_EQ(where(of(Kind::none_of, {adel, enabled})), "4");
    EXPECT_EQ(where(of(Kind::none_of, {adel})), "4 2");
    EXPECT_EQ(where(of(Kind::none_of, {of(Kind::none_of, {adel})})), "1 3");
    EXPECT_EQ(where(of(Kind::all_of,
                       {of(Kind::any_of, {equals("id", "1"), equals("id", "2"), equals("id", "4")}),
                        of(Kind::none_of, {equals("id", "2")})})),
              "4 1");
    EXPECT_EQ(where(of(Kind::all_of, {})), "4 1 3 2");
    EXPECT_EQ(where(of(Kind::any_of, {})), "");
    EXPECT_EQ(where(of(Kind::none_of, {})), "4 1 3 2");
}

TEST_P(DirectoryQueriesContract, ALongListOfValuesIsAccepted) {
    add_people();
    std::vector<Filter> parts;
    for (int i = 0; i < 5'000; ++i) parts.push_back(equals("id", std::to_string(i + 3)));
    EXPECT_EQ(where(of(Kind::any_of, parts)), "4 3");
    EXPECT_EQ(where(of(Kind::none_of, parts)), "1 2");
}

TEST_P(DirectoryQueriesContract, AFilterCombinesWithACursorAndASearch) {
    add_people();
    const auto filter = is("accountEnabled", true);
    EXPECT_EQ(ids({.filter = filter, .after = {{"Adele Vance", "1"}}}), "2");
    EXPECT_EQ(ids({.filter = filter, .search = {{{{.words = {"a"}}}}}, .descending = true}), "2 1");
    EXPECT_EQ(ids({.filter = filter, .search = {{{{.words = {"vance"}}}}}}), "1");
}

TEST_P(DirectoryQueriesContract, ASearchedWordMatchesTheBeginningOfAWord) {
    add_people();
    EXPECT_EQ(found(Words{"vance"}), "1 3");
    EXPECT_EQ(found(Words{"VAN"}), "1 3");
    EXPECT_EQ(found(Words{"ance"}), "");
    EXPECT_EQ(found(Words{"retail"}), "4 1") << "in any searched property";
    EXPECT_EQ(found(Words{"contoso"}), "4 1 2") << "in a mail's domain";
    EXPECT_EQ(found(Words{"18"}), "");
    EXPECT_EQ(found(Words{"alexander"}), "3");
}

TEST_P(DirectoryQueriesContract, ATermWithAPropertySearchesOnlyThere) {
    add_people();
    EXPECT_EQ(found({"retail"}, "displayName"), "");
    EXPECT_EQ(found({"retail"}, "jobTitle"), "4 1");
    EXPECT_EQ(found({"alex"}, "displayName"), "3 2");
    EXPECT_EQ(found({"alex"}, "mail"), "2");
    EXPECT_EQ(found({"alex"}, "officeLocation"), "") << "not searched";
    EXPECT_EQ(found({"alex"}, "nothing"), "");
    EXPECT_EQ(found({"alex"}, "display_name"), "") << "names are Graph's";
}

TEST_P(DirectoryQueriesContract, AllWordsOfATermAreFoundInOneProperty) {
    add_people();
    EXPECT_EQ(found(Words{"vance", "adele"}), "1") << "in any order";
    EXPECT_EQ(found(Words{"adel", "van"}), "1 3");
    EXPECT_EQ(found(Words{"adele", "retail"}), "") << "in two properties";
    EXPECT_EQ(found({"adel", "vance"}, "displayName"), "1 3");
    EXPECT_EQ(found({"o", "vance"}, "displayName"), "3");
}

TEST_P(DirectoryQueriesContract, AlternativesNeedAllTheirTerms) {
    add_people();
    const directory::SearchTerm adele{.words = {"adele"}}, retail{.words = {"retail"}},
        alex{.property = "displayName", .words = {"alex"}};
    EXPECT_EQ(found(directory::Search{{adele, retail}}), "1");
    EXPECT_EQ(found(directory::Search{{adele, retail}, {alex}}), "1 3 2");
    EXPECT_EQ(found(directory::Search{{adele, alex}}), "");
    EXPECT_EQ(found(directory::Search{}), "");
}

TEST_P(DirectoryQueriesContract, WordsAreOnlyText) {
    add_people();
    for (const auto* nothing : {"", " ", "\"", "*", "'", "-", ":", "()", "^", "+", "{}", "%", "_"})
        EXPECT_EQ(found(Words{nothing}), "") << nothing;
    for (const auto* word : {"NEAR", "NOT", "OR", "AND", "near(a", "x' OR '1'='1", "displayName:zz",
                             "\"zz\" OR a", "users_text", "rank"})
        EXPECT_EQ(found(Words{word}), "") << word;
    EXPECT_EQ(found(Words{"o'vance"}), "3") << "a text of two words";
    EXPECT_EQ(found(Words{"\"vance\""}), "1 3");
    EXPECT_EQ(found(Words{"*", "adele"}), "1");
    EXPECT_EQ(found(Words{"-adele"}), "1");
    EXPECT_EQ(found(Words{"van*"}), "1 3");
    EXPECT_EQ(found(Words{"room_1"}, "mail"), "4");
    EXPECT_EQ(found({"vance"}, "displayName\" : \""), "");
    add(named("5", "NOT NEAR or"));
    EXPECT_EQ(found(Words{"not", "NEAR", "OR"}), "5");
}

TEST_P(DirectoryQueriesContract, LettersBeyondAsciiAreLetters) {
    add(named("1", "J\xc3\xbcrgen M\xc3\xbcller"));
    add(named("2", "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd"));
    add(named("3", "\xe6\x9d\x8e \xe6\x98\x8e"));
    EXPECT_EQ(found(Words{"j\xc3\xbcr", "m\xc3\xbcl"}), "1");
    EXPECT_EQ(found(Words{"\xd0\x98\xd0\xb2"}), "2");
    EXPECT_EQ(found(Words{"\xe6\x98\x8e"}), "3");
}

TEST_P(DirectoryQueriesContract, ASearchReadsOnlyTheAllowedProperties) {
    auto adele = named("1", "Adele Vance");
    adele.job_title = "Retail Manager";
    adele.mail_nickname = "adv";
    add(adele);
    const auto found_among = [&](Words words, Words among) {
        return found(directory::Search{{{.words = std::move(words), .among = std::move(among)}}});
    };
    EXPECT_EQ(found_among({"retail"}, {}), "1");
    EXPECT_EQ(found_among({"retail"}, {"displayName", "mail"}), "");
    EXPECT_EQ(found_among({"adv"}, {"displayName", "mail"}), "");
    EXPECT_EQ(found_among({"van"}, {"displayName", "mail"}), "1");
    EXPECT_EQ(found_among({"van", "ad"}, {"displayName"}), "1");
    EXPECT_EQ(found_among({"van"}, {"nothing"}), "");
    EXPECT_EQ(found(directory::Search{
                  {{.property = "jobTitle", .words = {"retail"}, .among = {"displayName"}}}}),
              "1")
        << "a name that stands there is meant";
}

TEST_P(DirectoryQueriesContract, ALongSearchIsAccepted) {
    add_people();
    directory::Search many;
    for (int i = 0; i < 300; ++i) many.push_back({{.words = {"nobody" + std::to_string(i)}}});
    many.push_back({{.words = {"wilber"}}});
    EXPECT_EQ(found(many), "2");
    EXPECT_EQ(found(Words(300, "wilber")), "2");
    EXPECT_EQ(found(directory::Search{std::vector(300, directory::SearchTerm{.words = {"wil"}})}),
              "2");
    EXPECT_EQ(found(Words{std::string(20'000, 'x')}), "");
}

TEST_P(DirectoryQueriesContract, EveryKindIsSearched) {
    add(user("u", "u@x"));
    auto retail = group("g", "Retail");
    retail.description = "All shops";
    add(retail);
    auto elena = contact("u", "c");
    elena.company_name = "Fabrikam";
    add(elena);
    add(folder("u", "f"));
    EXPECT_EQ(ids<directory::Group>({.search = {{{{.words = {"sho"}}}}}}), "g");
    const directory::Scope mine{.tenant = kTenant, .mailbox = "u"};
    EXPECT_EQ(ids<directory::Contact>({.search = {{{{.words = {"fab"}}}}}}, mine), "c");
    EXPECT_EQ(ids<directory::ContactFolder>({.search = {{{{.words = {"f"}}}}}}, mine), "f");
    const directory::Scope another{.tenant = kTenant, .mailbox = "v"};
    EXPECT_EQ(ids<directory::Contact>({.search = {{{{.words = {"fab"}}}}}}, another), "");
}

TEST_P(DirectoryQueriesContract, ASearchFollowsChangesAndRemovals) {
    add_people();
    ASSERT_TRUE(change<directory::User>("1", [](auto& user) { user.display_name = "Megan"; }));
    EXPECT_EQ(found(Words{"vance"}), "3");
    EXPECT_EQ(found(Words{"megan"}), "1");
    ASSERT_TRUE(store().users().remove(kTenant, "3", at(1), soon_));
    EXPECT_EQ(found(Words{"vance"}), "");
    add_person("3", "Vance again", "", "", true);
    EXPECT_EQ(found(Words{"vance"}), "3");
}

}  // namespace cameo::store::contract
