#include "graph/reach.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"

namespace cameo::graph {
namespace {

using access::Operation;
using access::Subject;
using directory::User;

access::Owner asked(const Call& call, Subject subject, bool own, bool is_team = false) {
    return {
        .subject = subject,
        .own = own,
        .is_team = is_team,
        .version = call.target.version() == "beta" ? access::Version::beta : access::Version::v1};
}

bool may(const Call& call, Subject subject, Operation operation, bool own) {
    return access::decide(call.principal, operation, asked(call, subject, own));
}

// A guest's name may arrive encoded twice (%2523 for #): decoded once more only where the first
// reading finds nobody.
Result<UserFound> find_user(const Call& call) {
    const auto key = call.route.user_key;
    auto found = call.lookups.user(call.principal.tenant, key);
    if (!found || *found || key.find('%') == std::string_view::npos) return found;
    const auto twice = percent_decode(key);
    if (!twice) return found;
    return call.lookups.user(call.principal.tenant, *twice);
}

bool names_self(const Call& call) {
    if (call.route.is_me()) return true;
    if (call.self == nullptr) return false;
    const auto is_self = [&](std::string_view key) {
        return equals_ignoring_case(key, call.self->id) ||
               equals_ignoring_case(key, call.self->user_principal_name);
    };
    const auto twice = percent_decode(call.route.user_key);
    return is_self(call.route.user_key) || (twice && is_self(*twice));
}

Result<void> check_me(const Call& call) {
    if (call.route.is_me() && call.self == nullptr)
        return fail(Fault::malformed,
                    "/me request is only valid with delegated authentication flow.");
    return {};
}

// Whoever joins a team is looked up only to see whether they did: a stranger and a person who did
// not give the same answer, since the rights to teams are none to people.
Result<bool> has_joined(const Call& call) {
    const auto user = find_named_user(call);
    if (!user) return std::unexpected(user.error());
    if (!*user) return false;
    if (auto work = call.on_the_work_lane(); !work) return std::unexpected(work.error());
    return call.directory.store().is_member(call.principal.tenant, call.route.key, (*user)->id,
                                            call.lookups.deadline());
}

Result<std::shared_ptr<const directory::ContactFolder>> find_folder(const Call& call,
                                                                    const User& mailbox,
                                                                    std::string_view id) {
    auto folder = call.lookups.folder(call.principal.tenant, id);
    if (folder && (!*folder || (*folder)->mailbox != mailbox.id))
        return std::unexpected(nobody(id));
    return folder;
}

bool is_default_folder(std::string_view key, const User& mailbox) {
    return equals_ignoring_case(key, "contacts") || key == directory::default_folder_id(mailbox.id);
}

// Down the folders of the path, each a child of the one before it.
Result<FolderFound> walk_folders(const Call& call, UserFound mailbox) {
    FolderFound at{.mailbox = std::move(mailbox)};
    at.id = directory::default_folder_id(at.mailbox->id);
    for (std::size_t i = 0; i < call.route.folders.size(); i += 2) {
        const auto key = call.route.folders[i];
        if (i == 0 && is_default_folder(key, *at.mailbox)) continue;
        auto folder = find_folder(call, *at.mailbox, key);
        if (!folder) return std::unexpected(std::move(folder.error()));
        if (i > 0 && (*folder)->parent_folder_id != at.id) return std::unexpected(nobody(key));
        at.id = (*folder)->id;
        at.folder = *std::move(folder);
    }
    return at;
}

Result<ContactFound> find_contact(const Call& call, const FolderFound& place) {
    const auto key = call.route.key;
    auto contact = call.lookups.contact(call.principal.tenant, key);
    if (!contact) return contact;
    const bool in_mailbox = *contact && (*contact)->mailbox == place.mailbox->id;
    // Without a folder in the path any contact of the mailbox is meant.
    const bool in_folder =
        in_mailbox && (call.route.folders.empty() || (*contact)->parent_folder_id == place.id);
    if (!in_folder) return std::unexpected(nobody(key));
    return contact;
}

// The group that the path names, where the rights reach it as far as they need no lookup.
Result<GroupFound> find_group(const Call& call, Subject subject, Operation operation) {
    constexpr bool kAtBest = true;
    if (!access::decide(call.principal, operation, asked(call, subject, kAtBest, kAtBest)))
        return fail(Fault::denied, "");
    auto group = call.lookups.group(call.principal.tenant, call.route.key);
    if (group && !*group) return std::unexpected(nobody(call.route.key));
    return group;
}

// Whether the group is a team, and, where the path says so, one that the user has joined.
Result<void> check_named_team(const Call& call, const directory::Group& group) {
    if (!group.is_team) return std::unexpected(nobody(call.route.key));
    if (!call.route.joined) return {};
    const auto joined = has_joined(call);
    if (!joined) return std::unexpected(joined.error());
    const auto seen = sees_members(call, group);
    if (!seen) return std::unexpected(seen.error());
    if (!*joined || !*seen) return std::unexpected(nobody(call.route.key));
    return {};
}

// Whether the caller may write the group as its owner, where they may not write every group.
Result<void> check_ownership(const Call& call, const directory::Group& group, Subject subject,
                             Operation operation) {
    const auto owner = acting_owner(call, group, subject, operation);
    if (!owner) return {};
    if (auto work = call.on_the_work_lane(); !work) return work;
    const auto owns = call.directory.store().is_owner(call.principal.tenant, group.id, *owner,
                                                      call.lookups.deadline());
    if (!owns) return std::unexpected(owns.error());
    if (!*owns) return fail(Fault::denied, "");
    return {};
}

Subject photo_subject(Place place) {
    switch (place) {
        case Place::group:
            return Subject::group_photo;
        case Place::team:
            return Subject::team_photo;
        case Place::contact:
            return Subject::contact_photo;
        default:
            return Subject::user_photo;
    }
}

Result<PhotoOwner> find_photo_owner(const Call& call, Subject subject, Operation operation) {
    if (call.route.place == Place::contact) {
        const auto contact = reach_contact(call, subject, operation);
        if (!contact) return std::unexpected(contact.error());
        return PhotoOwner{.key = {(*contact)->tenant, OwnerKind::contact, (*contact)->id},
                          .mailbox = (*contact)->mailbox};
    }
    if (call.route.place == Place::user) {
        const auto user = reach_user(call, subject, operation);
        if (!user) return std::unexpected(user.error());
        return PhotoOwner{.key = {(*user)->tenant, OwnerKind::user, (*user)->id},
                          .storage = (*user)->photo_storage};
    }
    const auto group = reach_group(call, subject, operation);
    if (!group) return std::unexpected(group.error());
    return PhotoOwner{.key = {(*group)->tenant, OwnerKind::group, (*group)->id},
                      .storage = (*group)->photo_storage,
                      .acting_owner = acting_owner(call, **group, subject, operation)};
}

}  // namespace

Error nobody(std::string_view key) {
    return {Fault::no_owner,
            fmt::format("Resource '{}' does not exist or one of its queried reference-property "
                        "objects are not present.",
                        key)};
}

Result<UserFound> find_named_user(const Call& call) {
    if (auto fine = check_me(call); !fine) return std::unexpected(fine.error());
    return call.route.is_me() ? call.lookups.user(call.principal.tenant, call.self->id)
                              : find_user(call);
}

Result<UserFound> reach_user(const Call& call, Subject subject, Operation operation) {
    if (auto fine = check_me(call); !fine) return std::unexpected(fine.error());
    const bool all = may(call, subject, operation, false);
    if (!all && !(names_self(call) && may(call, subject, operation, true)))
        return fail(Fault::denied, "");
    // By id, not by the key: a key that decodes to one's own name may, undecoded, be another's.
    const bool self = call.route.is_me() || !all;
    auto found = self ? call.lookups.user(call.principal.tenant, call.self->id) : find_user(call);
    if (found && !*found)
        return std::unexpected(nobody(self ? call.self->id : call.route.user_key));
    return found;
}

Readable readable_people(const Call& call) {
    const auto extent = [&](bool own) {
        if (may(call, Subject::user, Operation::read, own)) return Extent::whole;
        return may(call, Subject::user, Operation::read_basic, own) ? Extent::basic : Extent::id;
    };
    return {.others = extent(false),
            .own = extent(true),
            .own_id = call.self == nullptr ? std::string() : call.self->id};
}

Result<GroupFound> reach_any_group(const Call& call, Subject subject, Operation operation) {
    auto group = find_group(call, subject, operation);
    if (!group) return group;
    if (auto owned = check_ownership(call, **group, subject, operation); !owned)
        return std::unexpected(std::move(owned.error()));
    return group;
}

Result<GroupFound> reach_group(const Call& call, Subject subject, Operation operation) {
    auto group = find_group(call, subject, operation);
    if (!group) return group;
    if (call.route.place == Place::team)
        if (auto named = check_named_team(call, **group); !named)
            return std::unexpected(std::move(named.error()));
    if (auto owned = check_ownership(call, **group, subject, operation); !owned)
        return std::unexpected(std::move(owned.error()));
    return group;
}

ActingOwner acting_owner(const Call& call, const directory::Group& group, Subject subject,
                         Operation operation) {
    const bool is_team = (group.is_team || call.route.place == Place::team) && is_unified(group);
    if (access::decide(call.principal, operation, asked(call, subject, false, is_team))) return {};
    return call.self->id;
}

bool sees_hidden_members(const Call& call) {
    return may(call, Subject::hidden_member, Operation::read, false);
}

Result<bool> sees_members(const Call& call, const directory::Group& group) {
    if (group.visibility != directory::kHiddenMembership || sees_hidden_members(call)) return true;
    if (call.self == nullptr) return false;
    if (auto work = call.on_the_work_lane(); !work) return std::unexpected(work.error());
    return call.directory.store().is_member(call.principal.tenant, group.id, call.self->id,
                                            call.lookups.deadline());
}

Result<ContactFound> reach_contact(const Call& call, Subject subject, Operation operation) {
    auto mailbox = reach_user(call, subject, operation);
    if (!mailbox) return std::unexpected(std::move(mailbox.error()));
    const auto place = walk_folders(call, *std::move(mailbox));
    if (!place) return std::unexpected(place.error());
    return find_contact(call, *place);
}

Result<FolderFound> reach_folder(const Call& call, Operation operation) {
    auto mailbox = reach_user(call, Subject::contact, operation);
    if (!mailbox) return std::unexpected(std::move(mailbox.error()));
    return walk_folders(call, *std::move(mailbox));
}

Result<void> reach_all(const Call& call, Subject subject, Operation operation) {
    if (!may(call, subject, operation, false)) return fail(Fault::denied, "");
    return {};
}

Result<PhotoOwner> reach_photo_owner(const Call& call, Operation operation) {
    const Subject subject = photo_subject(call.route.place);
    auto owner = find_photo_owner(call, subject, operation);
    if (owner && operation != Operation::write && !access::has_photos(call.principal, subject))
        return fail(Fault::no_photo, "");
    return owner;
}

std::size_t folder_depth(const Route& route) { return (route.folders.size() + 1) / 2; }

std::string mailbox_context(const Call& call, std::string_view mailbox, std::size_t depth) {
    std::string context = fmt::format("users('{}')", percent_encode(mailbox));
    for (std::size_t i = 0; i < depth; ++i)
        context += fmt::format("/{}('{}')", i == 0 ? "contactFolders" : "childFolders",
                               percent_encode(call.route.folders[2 * i]));
    return context;
}

std::string owner_context(const Call& call, const PhotoOwner& owner) {
    switch (call.route.place) {
        case Place::group:
            return fmt::format("groups('{}')", percent_encode(owner.key.id));
        case Place::team:
            return fmt::format("teams('{}')", percent_encode(owner.key.id));
        case Place::contact:
            return fmt::format("{}/contacts('{}')",
                               mailbox_context(call, owner.mailbox, folder_depth(call.route)),
                               percent_encode(owner.key.id));
        default: {
            const std::string_view key = call.route.is_me() ? owner.key.id : call.route.user_key;
            return fmt::format("users('{}')", percent_encode(key));
        }
    }
}

}  // namespace cameo::graph
