#include "app/demo.h"

#include <fmt/format.h>

#include <functional>
#include <utility>

#include "app/demo_organisation.h"

namespace cameo::app {
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
                              [&] { return directory_.groups().add(group, soon()); });
        auto& store = directory_.store();
        for (const auto& owner : demo.owners)
            if (done) done = once(store.add_owner(group.tenant, group.id, owner, soon()));
        for (const auto& member : demo.members)
            if (done) done = once(store.add_member(group.tenant, group.id, member, soon()));
        return done;
    }

    Result<void> add(const directory::ContactFolder& folder) {
        const auto there = directory_.folders().find(folder.tenant, folder.id, soon());
        if (!there) return std::unexpected(there.error());
        if (*there) return {};
        return directory_.folders().add(folder, soon());
    }

    Result<void> add(const DemoEntry<directory::Contact>& demo) {
        const auto& contact = demo.entry;
        return add_owner({.tenant = contact.tenant, .kind = OwnerKind::contact, .id = contact.id},
                         PhotoStorage::mailbox, demo.picture,
                         [&] { return directory_.contacts().add(contact, soon()); });
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
                return is_there(directory_.groups().find(owner.tenant, owner.id, wait));
            case OwnerKind::contact:
                return is_there(directory_.contacts().find(owner.tenant, owner.id, wait));
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
        const auto put = photos_.put(owner, storage, picture(), {}, "demo", soon());
        if (!put) return std::unexpected(put.error());
        return {};
    }

    // A member or owner already is as good as made one.
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

Result<std::string> fill_demo(directory::Directory& directory, photo::Photos& photos,
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

}  // namespace cameo::app
