#include "graph/authorize.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"

namespace cameo::graph {
namespace {

using access::Operation;
using access::Resource;
using directory::User;

access::AccessRequest asked(const RequestContext& context, Resource resource, bool own,
                            bool is_team = false) {
    return {.resource = resource,
            .own = own,
            .is_team = is_team,
            .version =
                context.target.version() == "beta" ? access::Version::beta : access::Version::v1};
}

bool may(const RequestContext& context, Resource resource, Operation operation, bool own) {
    return access::is_allowed(context.principal, operation, asked(context, resource, own));
}

// A guest's name may arrive encoded twice (%2523 for #): decoded once more only where the first
// reading finds nobody.
Result<UserPtr> find_user(const RequestContext& context) {
    const auto key = context.route.user_key;
    auto found = context.lookups.user(context.principal.tenant, key);
    if (!found || *found || key.find('%') == std::string_view::npos) return found;
    const auto twice = percent_decode(key);
    if (!twice) return found;
    return context.lookups.user(context.principal.tenant, *twice);
}

bool names_self(const RequestContext& context) {
    if (context.route.is_me()) return true;
    if (context.self == nullptr) return false;
    const auto is_self = [&](std::string_view key) {
        return equals_ignoring_case(key, context.self->id) ||
               equals_ignoring_case(key, context.self->user_principal_name);
    };
    const auto twice = percent_decode(context.route.user_key);
    return is_self(context.route.user_key) || (twice && is_self(*twice));
}

Result<void> check_me(const RequestContext& context) {
    if (context.route.is_me() && context.self == nullptr)
        return fail(Fault::malformed,
                    "/me request is only valid with delegated authentication flow.");
    return {};
}

// Whoever joins a team is looked up only to see whether they did: a stranger and a person who did
// not give the same answer, since the rights to teams are none to people.
Result<bool> has_joined(const RequestContext& context) {
    const auto user = find_named_user(context);
    if (!user) return std::unexpected(user.error());
    if (!*user) return false;
    if (auto work = context.on_the_work_lane(); !work) return std::unexpected(work.error());
    return context.directory.store().is_member(context.principal.tenant, context.route.key,
                                               (*user)->id, context.lookups.deadline());
}

Result<std::shared_ptr<const directory::ContactFolder>> find_folder(const RequestContext& context,
                                                                    const User& mailbox,
                                                                    std::string_view id) {
    auto folder = context.lookups.folder(context.principal.tenant, id);
    if (folder && (!*folder || (*folder)->mailbox != mailbox.id))
        return std::unexpected(resource_not_found(id));
    return folder;
}

bool is_default_folder(std::string_view key, const User& mailbox) {
    return equals_ignoring_case(key, "contacts") || key == directory::default_folder_id(mailbox.id);
}

// Down the folders of the path, each a child of the one before it.
Result<FoundFolder> walk_folders(const RequestContext& context, UserPtr mailbox) {
    FoundFolder at{.mailbox = std::move(mailbox)};
    at.id = directory::default_folder_id(at.mailbox->id);
    for (std::size_t i = 0; i < context.route.folders.size(); i += 2) {
        const auto key = context.route.folders[i];
        if (i == 0 && is_default_folder(key, *at.mailbox)) continue;
        auto folder = find_folder(context, *at.mailbox, key);
        if (!folder) return std::unexpected(std::move(folder.error()));
        if (i > 0 && (*folder)->parent_folder_id != at.id)
            return std::unexpected(resource_not_found(key));
        at.id = (*folder)->id;
        at.folder = *std::move(folder);
    }
    return at;
}

Result<ContactPtr> find_contact(const RequestContext& context, const FoundFolder& found) {
    const auto key = context.route.key;
    auto contact = context.lookups.contact(context.principal.tenant, key);
    if (!contact) return contact;
    const bool in_mailbox = *contact && (*contact)->mailbox == found.mailbox->id;
    // Without a folder in the path any contact of the mailbox is meant.
    const bool in_folder =
        in_mailbox && (context.route.folders.empty() || (*contact)->parent_folder_id == found.id);
    if (!in_folder) return std::unexpected(resource_not_found(key));
    return contact;
}

// The group that the path names, where the rights reach it as far as they need no lookup.
Result<GroupPtr> find_group(const RequestContext& context, Resource resource, Operation operation) {
    constexpr bool kAtBest = true;
    if (!access::is_allowed(context.principal, operation,
                            asked(context, resource, kAtBest, kAtBest)))
        return fail(Fault::denied, "");
    auto group = context.lookups.group(context.principal.tenant, context.route.key);
    if (group && !*group) return std::unexpected(resource_not_found(context.route.key));
    return group;
}

// Whether the group is a team, and, where the path says so, one that the user has joined.
Result<void> check_named_team(const RequestContext& context, const directory::Group& group) {
    if (!group.is_team) return std::unexpected(resource_not_found(context.route.key));
    if (!context.route.joined) return {};
    const auto joined = has_joined(context);
    if (!joined) return std::unexpected(joined.error());
    const auto seen = sees_members(context, group);
    if (!seen) return std::unexpected(seen.error());
    if (!*joined || !*seen) return std::unexpected(resource_not_found(context.route.key));
    return {};
}

// Whether the caller may write the group as its owner, where they may not write every group.
Result<void> check_ownership(const RequestContext& context, const directory::Group& group,
                             Resource resource, Operation operation) {
    const auto owner = acting_owner(context, group, resource, operation);
    if (!owner) return {};
    if (auto work = context.on_the_work_lane(); !work) return work;
    const auto owns = context.directory.store().is_owner(context.principal.tenant, group.id, *owner,
                                                         context.lookups.deadline());
    if (!owns) return std::unexpected(owns.error());
    if (!*owns) return fail(Fault::denied, "");
    return {};
}

Resource photo_resource(ResourceType type) {
    switch (type) {
        case ResourceType::group:
            return Resource::group_photo;
        case ResourceType::team:
            return Resource::team_photo;
        case ResourceType::contact:
            return Resource::contact_photo;
        default:
            return Resource::user_photo;
    }
}

Result<PhotoOwner> find_photo_owner(const RequestContext& context, Resource resource,
                                    Operation operation) {
    if (context.route.type == ResourceType::contact) {
        const auto contact = authorize_contact(context, resource, operation);
        if (!contact) return std::unexpected(contact.error());
        return PhotoOwner{.key = {(*contact)->tenant, OwnerKind::contact, (*contact)->id},
                          .mailbox = (*contact)->mailbox};
    }
    if (context.route.type == ResourceType::user) {
        const auto user = authorize_user(context, resource, operation);
        if (!user) return std::unexpected(user.error());
        return PhotoOwner{.key = {(*user)->tenant, OwnerKind::user, (*user)->id},
                          .storage = (*user)->photo_storage};
    }
    const auto group = authorize_group(context, resource, operation);
    if (!group) return std::unexpected(group.error());
    return PhotoOwner{.key = {(*group)->tenant, OwnerKind::group, (*group)->id},
                      .storage = (*group)->photo_storage,
                      .acting_owner = acting_owner(context, **group, resource, operation)};
}

}  // namespace

Error resource_not_found(std::string_view key) {
    return {Fault::no_owner,
            fmt::format("Resource '{}' does not exist or one of its queried reference-property "
                        "objects are not present.",
                        key)};
}

Result<UserPtr> find_named_user(const RequestContext& context) {
    if (auto fine = check_me(context); !fine) return std::unexpected(fine.error());
    return context.route.is_me() ? context.lookups.user(context.principal.tenant, context.self->id)
                                 : find_user(context);
}

Result<UserPtr> authorize_user(const RequestContext& context, Resource resource,
                               Operation operation) {
    if (auto fine = check_me(context); !fine) return std::unexpected(fine.error());
    const bool all = may(context, resource, operation, false);
    if (!all && !(names_self(context) && may(context, resource, operation, true)))
        return fail(Fault::denied, "");
    // By id, not by the key: a key that decodes to one's own name may, undecoded, be another's.
    const bool self = context.route.is_me() || !all;
    auto found = self ? context.lookups.user(context.principal.tenant, context.self->id)
                      : find_user(context);
    if (found && !*found)
        return std::unexpected(
            resource_not_found(self ? context.self->id : context.route.user_key));
    return found;
}

Readable readable_users(const RequestContext& context) {
    const auto extent = [&](bool own) {
        if (may(context, Resource::user, Operation::read, own)) return Extent::whole;
        return may(context, Resource::user, Operation::read_basic, own) ? Extent::basic
                                                                        : Extent::id;
    };
    return {.others = extent(false),
            .own = extent(true),
            .own_id = context.self == nullptr ? std::string() : context.self->id};
}

Result<GroupPtr> authorize_any_group(const RequestContext& context, Resource resource,
                                     Operation operation) {
    auto group = find_group(context, resource, operation);
    if (!group) return group;
    if (auto owned = check_ownership(context, **group, resource, operation); !owned)
        return std::unexpected(std::move(owned.error()));
    return group;
}

Result<GroupPtr> authorize_group(const RequestContext& context, Resource resource,
                                 Operation operation) {
    auto group = find_group(context, resource, operation);
    if (!group) return group;
    if (context.route.type == ResourceType::team)
        if (auto named = check_named_team(context, **group); !named)
            return std::unexpected(std::move(named.error()));
    if (auto owned = check_ownership(context, **group, resource, operation); !owned)
        return std::unexpected(std::move(owned.error()));
    return group;
}

ActingOwner acting_owner(const RequestContext& context, const directory::Group& group,
                         Resource resource, Operation operation) {
    const bool is_team =
        (group.is_team || context.route.type == ResourceType::team) && is_unified(group);
    if (access::is_allowed(context.principal, operation, asked(context, resource, false, is_team)))
        return {};
    return context.self->id;
}

bool sees_hidden_members(const RequestContext& context) {
    return may(context, Resource::hidden_member, Operation::read, false);
}

Result<bool> sees_members(const RequestContext& context, const directory::Group& group) {
    if (group.visibility != directory::kHiddenMembership || sees_hidden_members(context))
        return true;
    if (context.self == nullptr) return false;
    if (auto work = context.on_the_work_lane(); !work) return std::unexpected(work.error());
    return context.directory.store().is_member(context.principal.tenant, group.id, context.self->id,
                                               context.lookups.deadline());
}

Result<ContactPtr> authorize_contact(const RequestContext& context, Resource resource,
                                     Operation operation) {
    auto mailbox = authorize_user(context, resource, operation);
    if (!mailbox) return std::unexpected(std::move(mailbox.error()));
    const auto found = walk_folders(context, *std::move(mailbox));
    if (!found) return std::unexpected(found.error());
    return find_contact(context, *found);
}

Result<FoundFolder> authorize_folder(const RequestContext& context, Operation operation) {
    auto mailbox = authorize_user(context, Resource::contact, operation);
    if (!mailbox) return std::unexpected(std::move(mailbox.error()));
    return walk_folders(context, *std::move(mailbox));
}

Result<void> authorize_collection(const RequestContext& context, Resource resource,
                                  Operation operation) {
    if (!may(context, resource, operation, false)) return fail(Fault::denied, "");
    return {};
}

Result<PhotoOwner> authorize_photo_owner(const RequestContext& context, Operation operation) {
    const Resource resource = photo_resource(context.route.type);
    auto owner = find_photo_owner(context, resource, operation);
    if (owner && operation != Operation::write && !access::has_photos(context.principal, resource))
        return fail(Fault::no_photo, "");
    return owner;
}

std::size_t folder_depth(const RouteMatch& route) { return (route.folders.size() + 1) / 2; }

std::string mailbox_context(const RequestContext& context, std::string_view mailbox,
                            std::size_t depth) {
    std::string path = fmt::format("users('{}')", percent_encode(mailbox));
    for (std::size_t i = 0; i < depth; ++i)
        path += fmt::format("/{}('{}')", i == 0 ? "contactFolders" : "childFolders",
                            percent_encode(context.route.folders[2 * i]));
    return path;
}

std::string owner_context(const RequestContext& context, const PhotoOwner& owner) {
    switch (context.route.type) {
        case ResourceType::group:
            return fmt::format("groups('{}')", percent_encode(owner.key.id));
        case ResourceType::team:
            return fmt::format("teams('{}')", percent_encode(owner.key.id));
        case ResourceType::contact:
            return fmt::format("{}/contacts('{}')",
                               mailbox_context(context, owner.mailbox, folder_depth(context.route)),
                               percent_encode(owner.key.id));
        default: {
            const std::string_view key =
                context.route.is_me() ? owner.key.id : context.route.user_key;
            return fmt::format("users('{}')", percent_encode(key));
        }
    }
}

}  // namespace cameo::graph
