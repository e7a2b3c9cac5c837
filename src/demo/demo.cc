#include "demo/demo.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "access/builtin_issuer.h"
#include "demo/organisation.h"

namespace cameo::demo {
namespace {

Deadline soon() { return deadline_in(std::chrono::seconds(60)); }

// Puts the demo's entries into the stores and counts what was not there.
class Filler {
  public:
    Filler(directory::Directory& directory, photo::Photos& photos)
        : directory_(directory), photos_(photos) {}

    std::size_t added() const { return added_; }

    Result<void> add(const DemoEntry<directory::User>& person) {
        const auto& user = person.entry;
        return add_owner({.tenant = user.tenant, .kind = OwnerKind::user, .id = user.id},
                         user.photo_storage, person.picture,
                         [&] { return directory_.add(user, soon()); });
    }

    Result<void> add(const DemoGroup& demo) {
        const auto& group = demo.entry;
        auto done = add_owner({.tenant = group.tenant, .kind = OwnerKind::group, .id = group.id},
                              group.photo_storage, demo.picture,
                              [&] { return directory_.add(group, soon()); });
        auto& store = directory_.store();
        for (const auto& owner : demo.owners)
            if (done) done = once(store.add_owner(group.tenant, group.id, owner, soon()));
        for (const auto& member : demo.members)
            if (done) done = once(store.add_member(group.tenant, group.id, member, soon()));
        return done;
    }

    Result<void> add(const directory::ContactFolder& folder) {
        const auto there = directory_.find<directory::ContactFolder>(folder.tenant, folder.id,
                                                                     Wait::until(soon()));
        if (!there) return std::unexpected(there.error());
        if (**there) return {};
        return directory_.add(folder, soon());
    }

    Result<void> add(const DemoEntry<directory::Contact>& demo) {
        const auto& contact = demo.entry;
        return add_owner({.tenant = contact.tenant, .kind = OwnerKind::contact, .id = contact.id},
                         PhotoStorage::mailbox, demo.picture,
                         [&] { return directory_.add(contact, soon()); });
    }

  private:
    Result<bool> exists(const OwnerKey& owner) {
        const auto is_there = [](const auto& found) -> Result<bool> {
            if (!found) return std::unexpected(found.error());
            return **found != nullptr;
        };
        const auto wait = Wait::until(soon());
        switch (owner.kind) {
            case OwnerKind::user:
                return is_there(directory_.find_user(owner.tenant, owner.id, wait));
            case OwnerKind::group:
                return is_there(directory_.find<directory::Group>(owner.tenant, owner.id, wait));
            case OwnerKind::contact:
                return is_there(directory_.find<directory::Contact>(owner.tenant, owner.id, wait));
        }
        std::unreachable();
    }

    Result<void> add_owner(const OwnerKey& owner, PhotoStorage storage, const DemoPicture& picture,
                           const std::function<Result<void>()>& add_entry) {
        const auto there = exists(owner);
        if (!there) return std::unexpected(there.error());
        if (*there) return {};
        if (auto done = add_entry(); !done) return done;
        ++added_;
        if (!picture) return {};
        const auto put = photos_.put(
            owner, {.bytes = picture(), .storage = storage, .origin = {.source = "demo"}}, {},
            soon());
        if (!put) return std::unexpected(put.error());
        return {};
    }

    // It is not an error if the user is a member or an owner already.
    static Result<void> once(Result<void> added) {
        if (!added && added.error().fault == Fault::conflict) return {};
        return added;
    }

    directory::Directory& directory_;
    photo::Photos& photos_;
    std::size_t added_ = 0;
};

template <class Entries>
Result<void> add_all(Filler& filler, const Entries& entries) {
    for (const auto& entry : entries)
        if (auto done = filler.add(entry); !done) return done;
    return {};
}

}  // namespace

Result<std::string> add_demo_data(directory::Directory& directory, photo::Photos& photos,
                                  const directory::Tenant& tenant,
                                  const std::filesystem::path& photos_folder) {
    const DemoPortraits portraits(photos_folder);
    const auto people = demo_people(tenant, portraits);
    const auto groups = demo_groups(tenant);
    const auto book = demo_address_book(tenant, portraits);
    Filler filler(directory, photos);
    auto done = add_all(filler, people);
    if (done) done = add_all(filler, groups);
    if (done) done = add_all(filler, book.folders);
    if (done) done = add_all(filler, book.contacts);
    if (!done) return std::unexpected(std::move(done.error()));
    const auto whole =
        fmt::format("The demo organisation has {} people, {} groups and teams, {} contacts",
                    people.size(), groups.size(), book.contacts.size());
    if (filler.added() == 0) return whole + '.';
    return fmt::format("{}; {} of them are new, with {}.", whole, filler.added(),
                       portraits.has_photographs() ? "photographs" : "drawn portraits");
}

namespace {

constexpr std::chrono::hours kTokenTime{24};
constexpr std::string_view kScopes =
    "User.ReadWrite User.ReadBasic.All Group.ReadWrite.All TeamSettings.ReadWrite.All "
    "Contacts.ReadWrite";

Result<std::string> token_for(const access::SigningKey& key, const directory::User& user,
                              Instant now) {
    return access::issue_token(key,
                               {.tenant = user.tenant,
                                .user = user.id,
                                .app = "demo",
                                .user_principal_name = user.user_principal_name,
                                .scopes = std::string(kScopes),
                                .expires = now + kTokenTime},
                               now);
}

template <class Entries, class Is>
const auto& first(const Entries& entries, const Is& is) {
    return std::ranges::find_if(entries, is)->entry;
}

}  // namespace

directory::User demo_person(const directory::Tenant& tenant) {
    return demo_people(tenant, DemoPortraits({})).front().entry;
}

Result<std::string> demo_curl_lines(const access::SigningKey& key, const directory::Tenant& tenant,
                                    const std::string& origin, Instant now) {
    const DemoPortraits none({});
    const auto people = demo_people(tenant, none);
    const auto groups = demo_groups(tenant);
    const auto book = demo_address_book(tenant, none);
    const auto& me = people.front().entry;
    const auto& other = people.at(1).entry;
    const auto token = token_for(key, me, now);
    if (!token) return std::unexpected(token.error());

    std::string lines = fmt::format("token='{}'\n", *token);
    // `file` is where the answer goes; empty for the terminal.
    const auto add = [&](std::string_view what, std::string_view file, std::string_view path) {
        lines +=
            fmt::format("\n# {}\ncurl -sS -H \"Authorization: Bearer $token\" {}'{}/v1.0/{}'\n",
                        what, file.empty() ? "" : fmt::format("-o {} ", file), origin, path);
    };
    const auto& group = first(groups, [](const auto& one) { return !one.entry.is_team; });
    const auto& team = first(groups, [](const auto& one) { return one.entry.is_team; });
    const auto& contact = book.contacts.front().entry;
    const auto& nested = book.contacts.back().entry;
    add(fmt::format("my photo: {}", me.display_name), "me.jpg", "me/photo/$value");
    add(fmt::format("{} at 48x48, by userPrincipalName", other.display_name), "person.jpg",
        fmt::format("users/{}/photos/48x48/$value", other.user_principal_name));
    add("the metadata of my photo", "", "me/photo");
    add(fmt::format("a group: {}", group.display_name), "group.jpg",
        fmt::format("groups/{}/photo/$value", group.id));
    add(fmt::format("a team: {}", team.display_name), "team.jpg",
        fmt::format("teams/{}/photo/$value", team.id));
    add(fmt::format("a contact: {}", contact.display_name), "contact.jpg",
        fmt::format("me/contacts/{}/photo/$value", contact.id));
    add(fmt::format("a contact in a folder of a folder: {}", nested.display_name), "nested.jpg",
        fmt::format("me/contactFolders/{}/childFolders/{}/contacts/{}/photo/$value",
                    book.folders.front().id, book.folders.back().id, nested.id));
    return lines;
}

}  // namespace cameo::demo
