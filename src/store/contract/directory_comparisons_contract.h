#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store/contract/store_bed.h"

// The suite that every directory store passes: comparisons of lists, times and ranges, other orders
// of lists, managers, and changes of a group with new members.
namespace cameo::store::contract {

class DirectoryComparisonsContract : public StoreFixture {
  protected:
    using Filter = directory::Filter;
    using Kind = directory::Filter::Kind;

    static Filter comparison(Kind kind, const std::string& property,
                             decltype(Filter::value) value) {
        return {.kind = kind, .property = property, .value = std::move(value), .parts = {}};
    }
    std::string where(Kind kind, const std::string& property, const std::string& text) {
        return ids({.filter = comparison(kind, property, text)});
    }
    std::string ordered(const std::string& property, bool descending = false) {
        return ids({.order_by = property, .descending = descending});
    }
    directory::User with_surname(const std::string& id, const std::string& surname) {
        auto person = named(id, "same");
        person.user_principal_name = id + "@x.example";
        person.surname = surname;
        return person;
    }
};

TEST_P(DirectoryComparisonsContract, EndsWithComparesTheEndWithoutRegardToAsciiCase) {
    add(with_surname("1", "O'Vance"));
    add(with_surname("2", "vANCE"));
    add(with_surname("3", "Vance\xc3\xa9"));
    add(with_surname("4", ""));
    EXPECT_EQ(where(Kind::ends_with, "surname", "VANCE"), "1 2");
    EXPECT_EQ(where(Kind::ends_with, "surname", "e\xc3\xa9"), "3");
    EXPECT_EQ(where(Kind::ends_with, "surname", "\xc3\xa9"), "3");
    EXPECT_EQ(where(Kind::ends_with, "surname", "%"), "");
    EXPECT_EQ(where(Kind::ends_with, "surname", "_"), "");
    EXPECT_EQ(where(Kind::ends_with, "surname", "longer than any O'Vance"), "");
    EXPECT_EQ(where(Kind::ends_with, "surname", ""), "1 2 3 4");
}

TEST_P(DirectoryComparisonsContract, RangesCompareFoldedTexts) {
    add(with_surname("1", "Adams"));
    add(with_surname("2", "baker"));
    add(with_surname("3", "Baker"));
    add(with_surname("4", ""));
    EXPECT_EQ(where(Kind::at_least, "surname", "Baker"), "2 3");
    EXPECT_EQ(where(Kind::at_most, "surname", "adams"), "1 4") << "an absent text is the empty one";
    EXPECT_EQ(where(Kind::at_least, "shoeSize", "a"), "");
}

TEST_P(DirectoryComparisonsContract, TimesAreCompared) {
    for (int second = 0; second < 3; ++second) {
        auto person = with_surname(std::to_string(second), "");
        if (second > 0) person.created = at(second);
        add(person);
    }
    const auto with = [&](Kind kind, Instant time) {
        return ids({.filter = comparison(kind, "createdDateTime", time)});
    };
    EXPECT_EQ(with(Kind::at_least, at(2)), "2");
    EXPECT_EQ(with(Kind::equals, at(1)), "1");
    EXPECT_EQ(with(Kind::at_most, at(1)), "0 1");
    EXPECT_EQ(where(Kind::equals, "createdDateTime", "1"), "");
    EXPECT_EQ(store().users().find(kTenant, "2", soon_).value()->created, at(2));
}

TEST_P(DirectoryComparisonsContract, AListIsFoundByAnyOfItsItems) {
    auto unified = group("u");
    unified.group_types = {"Unified", "DynamicMembership"};
    unified.proxy_addresses = {"SMTP:team@x.example"};
    add(unified);
    add(group("g"));
    const auto groups = [&](Kind kind, const std::string& property, const std::string& text) {
        return ids<directory::Group>({.filter = comparison(kind, property, text)});
    };
    EXPECT_EQ(groups(Kind::equals, "groupTypes", "unified"), "u");
    EXPECT_EQ(groups(Kind::starts_with, "groupTypes", "dynamic"), "u");
    EXPECT_EQ(groups(Kind::equals, "groupTypes", ""), "");
    EXPECT_EQ(groups(Kind::equals, "proxyAddresses", "smtp:TEAM@x.example"), "u");
}

TEST_P(DirectoryComparisonsContract, AddressesFollowChangesAndRemovals) {
    auto ada = with_surname("1", "");
    ada.proxy_addresses = {"SMTP:ada@x.example", "smtp:a@x.example", "smtp:A@x.example"};
    ada.other_mails = {"ada@home.example"};
    add(ada);
    add(user("1", "1@other.example", kOther));
    EXPECT_EQ(where(Kind::equals, "proxyAddresses", "smtp:Ada@x.example"), "1");
    EXPECT_EQ(where(Kind::starts_with, "proxyAddresses", "smtp:a"), "1");
    EXPECT_EQ(where(Kind::ends_with, "otherMails", "@HOME.example"), "1");
    EXPECT_EQ(where(Kind::equals, "otherMails", "smtp:a@x.example"), "");
    ASSERT_TRUE(change<directory::User>("1", [](auto& object) {
        object.proxy_addresses = {"smtp:new@x.example"};
        object.other_mails = {};
    }));
    EXPECT_EQ(where(Kind::equals, "proxyAddresses", "smtp:ada@x.example"), "");
    EXPECT_EQ(where(Kind::equals, "proxyAddresses", "smtp:new@x.example"), "1");
    EXPECT_EQ(where(Kind::starts_with, "otherMails", ""), "");
    ASSERT_TRUE(store().users().remove(kTenant, "1", at(1), soon_));
    EXPECT_EQ(where(Kind::equals, "proxyAddresses", "smtp:new@x.example"), "");
}

TEST_P(DirectoryComparisonsContract, ContactsAreFoundByAddressWithinTheirMailbox) {
    for (const auto* mailbox : {"u", "v"}) add(user(mailbox, std::string(mailbox) + "@x"));
    for (const auto* mailbox : {"u", "v"}) {
        auto one = contact(mailbox, std::string("c") + mailbox);
        one.email_addresses = {{"Elena", "Elena@fabrikam.example"}, {"Elena", "e@home.example"}};
        add(one);
    }
    const directory::Scope mine{.tenant = kTenant, .mailbox = "U"};
    const auto found = [&](const std::string& text, Filter::Member member) {
        auto filter = comparison(Kind::equals, "emailAddresses", text);
        filter.member = member;
        return ids<directory::Contact>({.filter = filter}, mine);
    };
    EXPECT_EQ(found("elena@FABRIKAM.example", Filter::Member::address), "cu");
    EXPECT_EQ(found("elena", Filter::Member::address), "");
    EXPECT_EQ(found("ELENA", Filter::Member::name), "cu");
    ASSERT_TRUE(store().users().remove(kTenant, "u", at(1), soon_));
    EXPECT_EQ(found("elena@fabrikam.example", Filter::Member::address), "");
}

TEST_P(DirectoryComparisonsContract, IdsOfContactsAreComparedExactlyAndThoseOfUsersAreNot) {
    add(user("u", "u@x"));
    for (const auto* id : {"c", "C"}) add(contact("u", id));
    const directory::Scope mine{.tenant = kTenant, .mailbox = "u"};
    const auto with_id = comparison(Kind::equals, "id", std::string("C"));
    EXPECT_EQ(ids<directory::Contact>({.filter = with_id}, mine), "C");
    EXPECT_EQ(where(Kind::equals, "id", "U"), "u");
}

TEST_P(DirectoryComparisonsContract, ListsAreOrderedByOtherProperties) {
    for (const auto& [id, surname] : std::vector<std::pair<std::string, std::string>>{
             {"1", "Zoe"}, {"2", "ada"}, {"3", "Ada"}, {"4", ""}}) {
        auto person = with_surname(id, surname);
        person.given_name = "x" + surname;
        person.mail = surname;
        person.created = at(10 - std::stoi(id));
        person.user_principal_name = (id == "1" ? "b@x" : "a" + id + "@x");
        add(person);
    }
    EXPECT_EQ(ordered("surname"), "4 2 3 1");
    EXPECT_EQ(ordered("surname", true), "1 3 2 4");
    EXPECT_EQ(ordered("givenName"), "4 2 3 1");
    EXPECT_EQ(ordered("mail"), "4 2 3 1");
    EXPECT_EQ(ordered("userPrincipalName"), "2 3 4 1");
    EXPECT_EQ(ordered("createdDateTime"), "4 3 2 1");
    const auto after = [&](const std::string& property, const std::string& value,
                           const std::string& id, bool descending = false) {
        return ids({.order_by = property,
                    .descending = descending,
                    .after = directory::Cursor{.value = value, .id = id}});
    };
    EXPECT_EQ(after("surname", "ADA", "2"), "3 1");
    EXPECT_EQ(after("surname", "ada", "3", true), "2 4");
    EXPECT_EQ(after("createdDateTime", std::to_string(at(8).time_since_epoch().count()), "2"), "1");
    EXPECT_EQ(after("createdDateTime", "forged", "2"), "");
}

TEST_P(DirectoryComparisonsContract, AManagerIsALinkThatEndsWithEitherUser) {
    for (const auto* id : {"a", "b", "c"}) add(user(id, std::string(id) + "@x"));
    EXPECT_EQ(store().manager_of(kTenant, "b", soon_).value(), std::nullopt);
    ASSERT_TRUE(store().set_manager(kTenant, "B", "A", soon_));
    ASSERT_TRUE(store().set_manager(kTenant, "c", "b", soon_));
    EXPECT_EQ(store().manager_of(kTenant, "b", soon_).value(), "a");
    EXPECT_EQ(ids({}, {.tenant = kTenant, .reports_of = "A"}), "b");
    ASSERT_TRUE(store().set_manager(kTenant, "c", "a", soon_));
    EXPECT_EQ(ids({}, {.tenant = kTenant, .reports_of = "a"}), "b c");
    ASSERT_TRUE(store().set_manager(kTenant, "c", "", soon_));
    EXPECT_EQ(ids({}, {.tenant = kTenant, .reports_of = "a"}), "b");
    EXPECT_EQ(store().set_manager(kTenant, "b", "B", soon_).error().fault, Fault::conflict);
    EXPECT_EQ(store().set_manager(kTenant, "b", "unknown", soon_).error().fault, Fault::no_owner);
    EXPECT_EQ(store().set_manager(kTenant, "unknown", "b", soon_).error().fault, Fault::no_owner);
    EXPECT_EQ(store().set_manager(kOther, "b", "a", soon_).error().fault, Fault::no_owner);
    ASSERT_TRUE(store().users().remove(kTenant, "a", at(1), soon_));
    EXPECT_EQ(store().manager_of(kTenant, "b", soon_).value(), std::nullopt);
}

TEST_P(DirectoryComparisonsContract, UsersWhoShareAGroup) {
    for (const auto* id : {"a", "b", "c", "d"}) add(user(id, std::string(id) + "@x"));
    auto hidden = group("h");
    hidden.visibility = directory::kHiddenMembership;
    add(hidden);
    add(group("g"));
    for (const auto& [in, id] : std::vector<std::pair<std::string, std::string>>{
             {"g", "a"}, {"g", "b"}, {"h", "a"}, {"h", "b"}, {"h", "c"}})
        ASSERT_TRUE(store().add_member(kTenant, in, id, soon_));
    EXPECT_EQ(ids({}, {.tenant = kTenant, .shares_group_with = "A"}), "b c");
    EXPECT_EQ(ids({}, {.tenant = kTenant, .shares_group_with = "a", .without_hidden = true}), "b");
    EXPECT_EQ(ids({}, {.tenant = kTenant,
                       .shares_group_with = "a",
                       .without_hidden = true,
                       .except_joined_by = "c"}),
              "b c");
    EXPECT_EQ(ids({}, {.tenant = kTenant, .shares_group_with = "d"}), "");
}

TEST_P(DirectoryComparisonsContract, AChangeOfAGroupAddsMembersInTheSameTransaction) {
    for (const auto* id : {"a", "b"}) add(user(id, std::string(id) + "@x"));
    add(group("g"));
    const auto rename = [](directory::Group& object) -> Result<void> {
        object.display_name = "renamed";
        return {};
    };
    const auto changed = store().change_group(kTenant, "G", rename, {"a"}, {"a", "b"}, soon_);
    ASSERT_TRUE(changed.value());
    EXPECT_EQ((*changed)->display_name, "renamed");
    EXPECT_TRUE(store().is_owner(kTenant, "g", "a", soon_).value());
    EXPECT_TRUE(store().is_member(kTenant, "g", "b", soon_).value());
    const auto again = [](directory::Group& object) -> Result<void> {
        object.display_name = "again";
        return {};
    };
    EXPECT_EQ(store().change_group(kTenant, "g", again, {"b"}, {"a"}, soon_).error().fault,
              Fault::conflict);
    EXPECT_EQ(store().change_group(kTenant, "g", again, {"b"}, {"unknown"}, soon_).error().fault,
              Fault::no_owner);
    EXPECT_FALSE(store().is_owner(kTenant, "g", "b", soon_).value()) << "nothing was changed";
    EXPECT_EQ(store().groups().find(kTenant, "g", soon_).value()->display_name, "renamed");
    EXPECT_EQ(store().change_group(kTenant, "none", again, {}, {}, soon_).value(), std::nullopt);
    EXPECT_EQ(
        store().change_group(kTenant, "g", again, {}, {}, soon_, ActingOwner("b")).error().fault,
        Fault::denied);
}

}  // namespace cameo::store::contract
