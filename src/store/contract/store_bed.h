#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/contract/sample_photo.h"
#include "store/store.h"

// Shared by the suites of a store: *_contract.h.
namespace cameo::store::contract {

using namespace std::chrono_literals;

// A new, empty store.
class StoreBed {
  public:
    virtual ~StoreBed() = default;
    virtual Store& store() = 0;
    // Closes the store and opens it again with its data. False if it is not durable.
    virtual bool reopen() { return false; }
};

class StoreFixture : public testing::TestWithParam<std::unique_ptr<StoreBed> (*)()> {
  protected:
    static constexpr auto kTenant = "11111111-1111-4111-8111-111111111111";
    static constexpr auto kOther = "22222222-2222-4222-8222-222222222222";

    static directory::User user(const std::string& id, const std::string& name,
                                const std::string& tenant = kTenant) {
        return {.tenant = tenant, .id = id, .user_principal_name = name, .display_name = "D"};
    }
    static directory::User named(const std::string& id, const std::string& display_name) {
        auto made = user(id, id + "@contoso.example");
        made.display_name = display_name;
        return made;
    }
    static directory::Group group(const std::string& id, const std::string& display_name = "G",
                                  const std::string& tenant = kTenant) {
        return {.tenant = tenant, .id = id, .display_name = display_name};
    }
    // In the default folder if `folder` is empty.
    static directory::Contact contact(const std::string& mailbox, const std::string& id,
                                      const std::string& folder = "",
                                      const std::string& tenant = kTenant) {
        return {.tenant = tenant,
                .mailbox = mailbox,
                .id = id,
                .parent_folder_id = folder.empty() ? directory::default_folder_id(mailbox) : folder,
                .display_name = "C"};
    }
    static directory::ContactFolder folder(const std::string& mailbox, const std::string& id,
                                           const std::string& parent = "",
                                           const std::string& tenant = kTenant) {
        return {.tenant = tenant,
                .mailbox = mailbox,
                .id = id,
                .parent_folder_id = parent.empty() ? directory::default_folder_id(mailbox) : parent,
                .display_name = "F"};
    }

    // With every member set.
    static directory::User full_user() {
        return {
            .tenant = kTenant,
            .id = "aaaaaaaa-0000-4000-8000-000000000001",
            .user_principal_name = "AdeleV@Contoso.example",
            .display_name = "Ad\xc3\xa8le O'Vance",
            .given_name = "Ad\xc3\xa8le",
            .surname = "O'Vance",
            .mail = "adele@contoso.example",
            .mail_nickname = "adelev",
            .job_title = R"("Retail" Manager; -- \)",
            .mobile_phone = "+1 425 555 0109",
            .office_location = "18/2111",
            .preferred_language = "en-US",
            .user_type = "Guest",
            .business_phones = {"+1 425 555 0100", "", "\"quoted\", with\nnewline \xe2\x98\xba"},
            .account_enabled = false,
            .photo_storage = PhotoStorage::directory};
    }
    static directory::Group full_group() {
        return {.tenant = kTenant,
                .id = "bbbbbbbb-0000-4000-8000-000000000001",
                .display_name = "Retail",
                .description = "All of 'retail' \xe2\x98\xba",
                .mail = "retail@contoso.example",
                .mail_nickname = "retail",
                .visibility = "Private",
                .group_types = {"Unified", "DynamicMembership"},
                .mail_enabled = true,
                .security_enabled = true,
                .is_team = true,
                .is_archived = true,
                .photo_storage = PhotoStorage::directory};
    }
    static directory::Contact full_contact() {
        return {.tenant = kTenant,
                .mailbox = full_user().id,
                .id = "AAMkAGI2_-=",
                .parent_folder_id = directory::default_folder_id(full_user().id),
                .display_name = "Elena M\xc3\xbcller",
                .given_name = "Elena",
                .surname = "M\xc3\xbcller",
                .job_title = "Buyer",
                .company_name = "Fabrikam, \"Inc.\"",
                .mobile_phone = "+49 1",
                .business_phones = {"+49 2", "+49 3"},
                .email_addresses = {{"Elena", "elena@fabrikam.example"}, {"", ""}, {"\"", "'"}}};
    }

    directory::Store& store() { return bed_->store().directory(); }
    photo::Catalog& catalog() { return bed_->store().catalog(); }

    template <class Object>
    directory::Table<Object>& table() {
        if constexpr (std::is_same_v<Object, directory::User>)
            return store().users();
        else if constexpr (std::is_same_v<Object, directory::Group>)
            return store().groups();
        else if constexpr (std::is_same_v<Object, directory::Contact>)
            return store().contacts();
        else
            return store().folders();
    }
    template <class Object>
    void add(const Object& object) {
        const auto added = table<Object>().add(object, soon_);
        ASSERT_TRUE(added) << added.error().detail;
    }
    template <class Object>
    Fault fault_of_add(const Object& object) {
        const auto added = table<Object>().add(object, soon_);
        EXPECT_FALSE(added);
        return added ? Fault::internal : added.error().fault;
    }
    template <class Object>
    std::optional<Object> find(std::string_view id, std::string_view tenant = kTenant) {
        const auto found = table<Object>().find(tenant, id, soon_);
        EXPECT_TRUE(found) << (found ? "" : found.error().detail);
        return found.value_or(std::nullopt);
    }
    std::optional<directory::User> by_name(std::string_view name,
                                           std::string_view tenant = kTenant) {
        return store().user_by_name(tenant, name, soon_).value();
    }
    template <class Object, class Alter>
    auto change(std::string_view id, Alter alter, std::string_view tenant = kTenant) {
        return table<Object>().change(
            tenant, id,
            [&](Object& object) -> Result<void> {
                alter(object);
                return {};
            },
            soon_);
    }

    template <class Object>
    directory::Page<Object> page(const directory::Scope& scope, const directory::Query& query) {
        auto listed = table<Object>().list(scope, query, soon_);
        EXPECT_TRUE(listed) << (listed ? "" : listed.error().detail);
        return listed ? *std::move(listed) : directory::Page<Object>{};
    }
    // The ids of one page, separated by spaces.
    template <class Object = directory::User>
    std::string ids(const directory::Query& query = {},
                    const directory::Scope& scope = {.tenant = kTenant}) {
        std::string text;
        for (const auto& object : page<Object>(scope, query).objects)
            text += (text.empty() ? "" : " ") + object.id;
        return text;
    }

    // Adds the user, group or contact with that key; a contact in the mailbox of a user `mailbox`.
    // Does nothing if it exists.
    void add_owner(const OwnerKey& owner) {
        if (owner.kind == OwnerKind::user)
            (void)store().users().add(user(owner.id, owner.id + "@x", owner.tenant), soon_);
        if (owner.kind == OwnerKind::group)
            (void)store().groups().add(group(owner.id, "G", owner.tenant), soon_);
        if (owner.kind != OwnerKind::contact) return;
        add_owner({owner.tenant, OwnerKind::user, "mailbox"});
        (void)store().contacts().add(contact("mailbox", owner.id, "", owner.tenant), soon_);
    }
    // The stored photo, as the catalog returns it.
    photo::Photo put_photo(const OwnerKey& owner, Instant modified = at(1'700'000'000'123)) {
        auto photo = sample_photo(modified);
        const auto version = catalog().put(owner, photo, {}, soon_);
        EXPECT_TRUE(version) << (version ? "" : version.error().detail);
        photo.version = version.value_or(0);
        return photo;
    }
    Fault fault_of_put(const OwnerKey& owner, const photo::WriteCondition& condition = {}) {
        const auto put = catalog().put(owner, sample_photo(), condition, soon_);
        EXPECT_FALSE(put);
        return put ? Fault::internal : put.error().fault;
    }
    bool has_photo(const OwnerKey& owner) {
        return catalog().find(owner, soon_).value().has_value();
    }

    std::unique_ptr<StoreBed> bed_ = GetParam()();
    Deadline soon_ = deadline_in(60s);
    Deadline passed_ = deadline_in(-1ms);
};

}  // namespace cameo::store::contract
