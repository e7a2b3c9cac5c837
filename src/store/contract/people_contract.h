#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "store/contract/store_bed.h"

// The suite for directory::Store::people and coverage.
namespace cameo::store::contract {

class PeopleContract : public StoreFixture {
  protected:
    using PeopleQuery = directory::PeopleQuery;
    using Photo = PeopleQuery::Photo;

    static OwnerKey owner(const std::string& id, const std::string& tenant = kTenant) {
        return {tenant, OwnerKind::user, id};
    }
    void add_person(const std::string& id, const std::string& name,
                    const std::string& department = "", const std::string& office = "") {
        auto made = named(id, name);
        made.department = department;
        made.office_location = office;
        add(made);
    }
    // Of a square photo with renditions up to that side.
    photo::Photo put_square(const std::string& id, int side, Instant when = at(1'000)) {
        auto photo = sample_photo(when);
        photo.renditions = {{.size = {48, 48}, .length = 10}};
        if (side > 48)
            photo.renditions.push_back({.size = {side, side}, .offset = 10, .length = 20});
        EXPECT_TRUE(catalog().put(owner(id), photo, {}, soon_));
        return photo;
    }
    directory::Page<directory::Person> people(PeopleQuery query) {
        query.tenant = kTenant;
        auto listed = store().people(query, soon_);
        EXPECT_TRUE(listed) << (listed ? "" : listed.error().detail);
        return listed.value_or(directory::Page<directory::Person>{});
    }
    // The ids of one page, separated by spaces; a plus where more follow; the count, where asked.
    std::string ids(const PeopleQuery& query = {}) {
        const auto page = people(query);
        std::string text;
        for (const auto& person : page.objects) text += (text.empty() ? "" : " ") + person.user.id;
        if (page.more) text += " +";
        if (page.count) text += " of " + std::to_string(*page.count);
        return text;
    }
    static directory::Search search(const std::string& word) { return {{{.words = {word}}}}; }
    std::vector<directory::CoverageRow> coverage(directory::CoverageBy by) {
        auto rows = store().coverage(kTenant, by, soon_).value();
        std::ranges::sort(rows, {}, &directory::CoverageRow::name);
        return rows;
    }
};

TEST_P(PeopleContract, ListsTheTenantsUsersByNameInPagesWithACount) {
    add_person("3", "carol");
    add_person("1", "Bob");
    add_person("2", "bob");
    add_person("0", "Alice");
    add(user("9", "other@x", kOther));
    EXPECT_EQ(ids({.top = 2, .count = true}), "0 1 + of 4");
    EXPECT_EQ(ids({.after = directory::Cursor{"BOB", "1"}, .top = 2}), "2 3");
    EXPECT_EQ(ids({.after = directory::Cursor{"Alice", "0"}, .top = 1}), "1 +");
    EXPECT_EQ(ids({.after = directory::Cursor{"carol", "3"}}), "");
}

TEST_P(PeopleContract, GivesTheUserAndTheStateOfThePhoto) {
    add(full_user());
    const auto before = people({}).objects.at(0);
    EXPECT_EQ(before, (directory::Person{.user = full_user(), .photo = {}}));
    const auto photo = put_photo(owner(full_user().id));
    const auto after = people({}).objects.at(0);
    ASSERT_TRUE(after.photo);
    EXPECT_EQ(*after.photo, (directory::PersonPhoto{.etag = photo.etag,
                                                    .width = 4096,
                                                    .height = 2730,
                                                    .modified = photo.modified,
                                                    .source = photo.origin.source}));
}

TEST_P(PeopleContract, FiltersByThePhotoAsItIsNow) {
    for (const auto* id : {"1", "2", "3"}) add_person(id, "P");
    put_square("2", 504);
    put_square("3", 648);
    EXPECT_EQ(ids({.photo = Photo::none, .count = true}), "1 of 1");
    EXPECT_EQ(ids({.photo = Photo::small, .count = true}), "2 of 1");
    EXPECT_EQ(ids({.photo = Photo::any, .count = true}), "2 3 of 2");
    EXPECT_EQ(ids({.photo = Photo::all}), "1 2 3");
    put_square("2", 648);
    put_square("3", 48);
    EXPECT_EQ(ids({.photo = Photo::small}), "3");
    ASSERT_TRUE(catalog().remove(owner("3"), {}, at(2'000), soon_).value());
    EXPECT_EQ(ids({.photo = Photo::none}), "1 3");
    EXPECT_EQ(ids({.photo = Photo::any}), "2");
}

TEST_P(PeopleContract, ThePhotoOfAnotherKindOfOwnerOrTenantDoesNotCount) {
    add_person("1", "P");
    add(group("1"));
    add(user("1", "other@x", kOther));
    put_photo({kTenant, OwnerKind::group, "1"});
    put_photo(owner("1", kOther));
    EXPECT_EQ(ids({.photo = Photo::none}), "1");
    EXPECT_EQ(ids({.changed_since = at(0)}), "");
    EXPECT_FALSE(people({}).objects.at(0).photo);
}

TEST_P(PeopleContract, ThePhotoEndsWithItsUser) {
    add_person("1", "P");
    put_square("1", 648);
    ASSERT_TRUE(store().users().remove(kTenant, "1", at(3'000), soon_).value());
    add_person("1", "P");
    EXPECT_EQ(ids({.photo = Photo::none}), "1");
    EXPECT_EQ(ids({.changed_since = at(0)}), "");
}

TEST_P(PeopleContract, TheShorterSideOfAWholePictureDecidesWhetherItIsSmall) {
    for (const auto* id : {"1", "2"}) add_person(id, "P");
    auto photo = sample_photo();
    photo.renditions = {{.size = {700, 647}, .length = 10}};
    ASSERT_TRUE(catalog().put(owner("1"), photo, {}, soon_));
    photo.renditions = {{.size = {648, 4'096}, .length = 10}};
    ASSERT_TRUE(catalog().put(owner("2"), photo, {}, soon_));
    EXPECT_EQ(ids({.photo = Photo::small}), "1");
}

TEST_P(PeopleContract, FiltersByTheTimeOfTheLastChangeOfThePhoto) {
    for (const auto* id : {"1", "2", "3"}) add_person(id, "P");
    put_square("1", 648, at(1'000));
    put_square("2", 648, at(2'000));
    EXPECT_EQ(ids({.changed_since = at(999)}), "1 2");
    EXPECT_EQ(ids({.changed_since = at(1'000), .count = true}), "2 of 1");
    EXPECT_EQ(ids({.changed_since = at(2'000)}), "");
    ASSERT_TRUE(catalog().remove(owner("1"), {}, at(3'000), soon_).value());
    EXPECT_EQ(ids({.changed_since = at(2'000)}), "1");
}

TEST_P(PeopleContract, AChangeOfTheUserIsNotOneOfThePhoto) {
    add_person("1", "P");
    ASSERT_TRUE(change<directory::User>("1", [](auto& user) { user.job_title = "x"; }).value());
    EXPECT_EQ(ids({.changed_since = at(0)}), "");
}

TEST_P(PeopleContract, AUserWhoseNameChangesKeepsTheStateAndIsFoundByTheNewName) {
    add_person("1", "Old");
    put_square("1", 648);
    ASSERT_TRUE(
        change<directory::User>("1", [](auto& user) { user.display_name = "New"; }).value());
    EXPECT_EQ(ids({.photo = Photo::any}), "1");
    EXPECT_EQ(ids({.search = search("new"), .photo = Photo::any}), "1");
    EXPECT_EQ(ids({.search = search("old")}), "");
}

TEST_P(PeopleContract, FiltersByDepartmentAndOfficeExactly) {
    add_person("1", "P", "Sales", "18/1");
    add_person("2", "P", "sales", "18/1");
    add_person("3", "P", "", "18/2");
    EXPECT_EQ(ids({.department = "Sales"}), "1");
    EXPECT_EQ(ids({.department = ""}), "3");
    EXPECT_EQ(ids({.office_location = "18/1", .count = true}), "1 2 of 2");
    EXPECT_EQ(ids({.department = "Sales", .office_location = "18/2"}), "");
}

TEST_P(PeopleContract, FiltersByGroupAndSearch) {
    for (const auto* id : {"1", "2", "3"}) add_person(id, std::string("Ada ") + id);
    add_person("4", "Grace 4");
    add(group("g"));
    for (const auto* id : {"1", "2", "4"})
        ASSERT_TRUE(store().add_member(kTenant, "g", id, soon_, {}));
    EXPECT_EQ(ids({.group = "g", .count = true}), "1 2 4 of 3");
    EXPECT_EQ(ids({.group = "none"}), "");
    EXPECT_EQ(ids({.search = search("ad"), .count = true}), "1 2 3 of 3");
    EXPECT_EQ(ids({.search = search("nobody"), .count = true}), " of 0");
    EXPECT_EQ(ids({.search = search("ada"), .group = "g", .top = 1, .count = true}), "1 + of 2");
}

TEST_P(PeopleContract, AllFiltersTogetherMeanThoseThatMatchEachOne) {
    add(group("g"));
    for (const auto* id : {"1", "2", "3", "4", "5"}) {
        add_person(id, "Ada", "Sales", "1");
        put_square(id, 504, at(2'000));
        ASSERT_TRUE(store().add_member(kTenant, "g", id, soon_, {}));
    }
    ASSERT_TRUE(store().remove_member(kTenant, "g", "1", soon_, {}).value());
    put_square("2", 648, at(2'000));
    ASSERT_TRUE(change<directory::User>("3", [](auto& user) { user.department = ""; }));
    put_square("4", 504, at(500));
    const PeopleQuery query{.search = search("ada"),
                            .department = "Sales",
                            .office_location = "1",
                            .group = "g",
                            .photo = Photo::small,
                            .changed_since = at(1'000),
                            .count = true};
    EXPECT_EQ(ids(query), "5 of 1");
}

TEST_P(PeopleContract, CountsTheCoverageByEachValue) {
    add_person("1", "P", "Sales", "18");
    add_person("2", "P", "Sales", "");
    add_person("3", "P", "", "18");
    add(user("9", "other@x", kOther));
    put_square("1", 648);
    put_square("3", 96);
    using Rows = std::vector<directory::CoverageRow>;
    EXPECT_EQ(coverage(directory::CoverageBy::department),
              (Rows{{.name = "", .people = 1, .with_photo = 1, .small = 1},
                    {.name = "Sales", .people = 2, .with_photo = 1, .small = 0}}));
    EXPECT_EQ(coverage(directory::CoverageBy::office_location),
              (Rows{{.name = "", .people = 1, .with_photo = 0, .small = 0},
                    {.name = "18", .people = 2, .with_photo = 2, .small = 1}}));
}

TEST_P(PeopleContract, ACallPastItsDeadlineIsBusy) {
    const auto listed = store().people({.tenant = kTenant}, passed_);
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().fault, Fault::busy);
    EXPECT_FALSE(store().coverage(kTenant, directory::CoverageBy::department, passed_));
}

}  // namespace cameo::store::contract
