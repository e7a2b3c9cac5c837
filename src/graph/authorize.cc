#include "graph/authorize.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/ids.h"
#include "base/text.h"

namespace cameo::graph {
namespace {

using access::Operation;
using access::Resource;

bool is_allowed(const RequestContext& context, Resource resource, Operation operation, bool own,
                bool is_team = false) {
    return access::is_allowed(
        *context.principal, operation,
        {.resource = resource,
         .own = own,
         .is_team = is_team,
         .version =
             context.target.version() == "beta" ? access::Version::beta : access::Version::v1});
}

// For the operation of the endpoint.
bool is_allowed(const RequestContext& context, bool own, bool is_team = false) {
    return is_allowed(context, *context.route.resource, context.endpoint.operation, own, is_team);
}

bool names_group(const RequestContext& context) {
    return context.route.type == ResourceType::group || context.route.type == ResourceType::team;
}

bool names_self(const RequestContext& context) {
    if (context.route.is_me()) return true;
    if (context.self == nullptr) return false;
    const auto is_self = [&](std::string_view key) {
        return equals_ignoring_case(key, context.self->id) ||
               equals_ignoring_case(key, context.self->user_principal_name);
    };
    const auto key = context.route.user_key;
    if (is_self(key)) return true;
    if (!key.contains('%')) return false;
    const auto twice = percent_decode(key);
    return twice && is_self(*twice);
}

// `/directoryObjects/{id}/...`
bool names_self_by_id(const RequestContext& context) {
    return context.route.resource == Resource::member_objects && context.self != nullptr &&
           equals_ignoring_case(context.route.item, context.self->id);
}

Result<void> check_me(const RequestContext& context) {
    if (context.route.is_me() && context.self == nullptr)
        return fail(Fault::malformed,
                    "/me request is only valid with delegated authentication flow.");
    return {};
}

// Stores the result of a read through the cache in `into`; false if it is not in memory.
template <class Object>
Result<bool> put(Result<CacheResult<Object>> read, std::shared_ptr<const Object>& into) {
    if (!read) return std::unexpected(std::move(read.error()));
    if (!*read) return false;
    into = **std::move(read);
    return true;
}

// The result of a store read is always known.
Result<std::optional<bool>> known(Result<bool> answer) {
    if (!answer) return std::unexpected(std::move(answer.error()));
    return std::optional(*answer);
}

// The name of a guest may be encoded twice (%2523 for #): it is decoded again only if the first
// decoding finds no user.
Result<bool> find_user_by_key(RequestContext& context) {
    const auto key = context.route.user_key;
    const auto& tenant = context.principal->tenant;
    auto done = put(context.directory.find_user(tenant, key, context.wait), context.found.user);
    if (!done || !*done || context.found.user || !key.contains('%')) return done;
    const auto twice = percent_decode(key);
    if (!twice) return true;
    return put(context.directory.find_user(tenant, *twice, context.wait), context.found.user);
}

// The folder of the path with this id, in the mailbox.
Result<bool> find_folder_by_id(RequestContext& context, std::string_view id) {
    auto done = put(context.directory.find<directory::ContactFolder>(context.principal->tenant, id,
                                                                     context.wait),
                    context.found.folder);
    if (!done || !*done) return done;
    const auto& folder = context.found.folder;
    if (!folder || folder->mailbox != context.found.user->id)
        return std::unexpected(resource_not_found(id));
    return true;
}

bool is_default_folder(std::string_view key, const directory::User& mailbox) {
    return equals_ignoring_case(key, "contacts") || key == directory::default_folder_id(mailbox.id);
}

// Finds the folders of the path, each a child of the previous one.
Result<bool> walk_folders(RequestContext& context) {
    auto& found = context.found;
    found.folder = nullptr;
    found.folder_id = directory::default_folder_id(found.user->id);
    const auto folders = context.route.folders(context.target);
    for (std::size_t i = 0; i < folders.size(); i += 2) {
        const auto key = folders[i];
        if (i == 0 && is_default_folder(key, *found.user)) continue;
        auto done = find_folder_by_id(context, key);
        if (!done || !*done) return done;
        if (i > 0 && found.folder->parent_folder_id != found.folder_id)
            return std::unexpected(resource_not_found(key));
        found.folder_id = found.folder->id;
    }
    return true;
}

// What a user has joined may be read by id without a permission for users: whether a name exists
// must not be revealed.
bool hides_names(const RequestContext& context) {
    switch (*context.route.resource) {
        case Resource::member_of:
        case Resource::transitive_member_of:
        case Resource::member_groups:
        case Resource::member_objects:
        case Resource::team_archive:
        case Resource::team_member:
        case Resource::team_owner_role:
            return readable_users(context).others == Extent::id;
        default:
            return false;
    }
}

// Whether the path names another user by a name that must not be revealed.
bool names_hidden_user(const RequestContext& context) {
    return hides_names(context) && !is_guid(context.route.user_key) && !names_self(context);
}

// Whether the user of the path has joined the team. The same 404 answers for an unknown user and a
// user who is no member: permissions of teams must not reveal users.
Result<std::optional<bool>> has_joined(RequestContext& context) {
    if (names_hidden_user(context)) return false;
    auto done = find_named_user(context);
    if (!done) return std::unexpected(std::move(done.error()));
    if (!*done) return std::nullopt;
    if (!context.found.user) return false;
    if (context.wait.is_memory_only()) return std::nullopt;
    return known(context.directory.store().is_member(context.principal->tenant, context.route.key,
                                                     context.found.user->id, context.deadline()));
}

// Whether the group is a team and, below a user, one that the user has joined.
Result<bool> check_named_team(RequestContext& context) {
    const auto missing = [&] { return std::unexpected(resource_not_found(context.route.key)); };
    if (!context.found.group->is_team) return missing();
    if (!context.route.joined) return true;
    const auto joined = has_joined(context);
    if (!joined) return std::unexpected(joined.error());
    if (!*joined) return false;
    const auto seen = sees_members(context, *context.found.group);
    if (!seen) return std::unexpected(seen.error());
    if (!*seen) return false;
    if (!**joined || !**seen) return missing();
    return true;
}

// The caller as an owner of the group; Fault::denied for another caller.
Result<ActingOwner> acting_owner_of(const RequestContext& context, const directory::Group& group) {
    const auto owns = context.directory.store().is_owner(context.principal->tenant, group.id,
                                                         context.self->id, context.deadline());
    if (!owns) return std::unexpected(owns.error());
    if (!*owns) return fail(Fault::denied, "");
    return context.self->id;
}

// Whether the caller may write the group: any group, or this one as its owner. The ownership is
// read from the store, last.
Result<bool> check_ownership(RequestContext& context) {
    const auto& group = *context.found.group;
    const bool is_team =
        (group.is_team || context.route.type == ResourceType::team) && is_unified(group);
    if (is_allowed(context, false, is_team)) return true;
    if (context.wait.is_memory_only()) return false;
    auto owner = acting_owner_of(context, group);
    if (!owner) return std::unexpected(std::move(owner.error()));
    context.found.acting_owner = *std::move(owner);
    return true;
}

Result<bool> find_group_by_id(RequestContext& context) {
    auto done = put(context.directory.find<directory::Group>(context.principal->tenant,
                                                             context.route.key, context.wait),
                    context.found.group);
    if (done && *done && !context.found.group)
        return std::unexpected(resource_not_found(context.route.key));
    return done;
}

// As the owner at best: what the permission covers is unknown, as no owner is named.
Result<void> authorize_any_photo(const RequestContext& context) {
    constexpr bool kAtBest = true;
    for (const auto resource : {Resource::user_photo, Resource::group_photo, Resource::team_photo,
                                Resource::contact_photo})
        if (is_allowed(context, resource, context.endpoint.operation, kAtBest, kAtBest)) return {};
    return fail(Fault::denied, "");
}

}  // namespace

Error resource_not_found(std::string_view key) {
    return {Fault::no_owner,
            fmt::format("Resource '{}' does not exist or one of its queried reference-property "
                        "objects are not present.",
                        key)};
}

Result<void> authorize(RequestContext& context) {
    if (!context.route.resource) return {};
    if (context.endpoint.any_photo) return authorize_any_photo(context);
    if (names_group(context)) {
        // The best case: the caller owns the group, and it is a team. Its finder evaluates the
        // rest.
        constexpr bool kAtBest = true;
        if (!is_allowed(context, kAtBest, kAtBest)) return fail(Fault::denied, "");
        return {};
    }
    const bool collection =
        context.route.type == ResourceType::root || context.route.resource == Resource::team;
    if (!collection)
        if (auto fine = check_me(context); !fine) return fine;
    context.reaches_all = is_allowed(context, false);
    if (context.reaches_all) return {};
    // A caller's own tenant is the only one that a path can mean.
    const bool own = context.route.resource == Resource::organization ||
                     (!collection && names_self(context)) || names_self_by_id(context);
    if (!own || !is_allowed(context, true)) return fail(Fault::denied, "");
    return {};
}

Result<bool> find_named_user(RequestContext& context) {
    if (auto fine = check_me(context); !fine) return std::unexpected(std::move(fine.error()));
    if (!context.route.is_me()) return find_user_by_key(context);
    context.found.user = context.self;
    return true;
}

Result<bool> find_user(RequestContext& context) {
    // Not by the key: a key that decodes to the caller's name may, without decoding, name another
    // user.
    if (context.route.is_me() || !context.reaches_all) {
        context.found.user = context.self;
        return true;
    }
    const auto key = context.route.user_key;
    if (names_hidden_user(context)) return std::unexpected(resource_not_found(key));
    auto done = find_user_by_key(context);
    if (done && *done && !context.found.user) return std::unexpected(resource_not_found(key));
    return done;
}

Result<bool> find_any_group(RequestContext& context) {
    auto done = find_group_by_id(context);
    if (!done || !*done) return done;
    return check_ownership(context);
}

Result<bool> find_group(RequestContext& context) {
    auto done = find_group_by_id(context);
    if (done && *done && context.route.type == ResourceType::team) done = check_named_team(context);
    if (!done || !*done) return done;
    return check_ownership(context);
}

Result<bool> find_folder(RequestContext& context) {
    auto done = find_user(context);
    if (!done || !*done) return done;
    return walk_folders(context);
}

Result<bool> find_own_folder(RequestContext& context) {
    auto done = find_folder(context);
    if (done && *done && !context.found.folder)
        return fail(Fault::malformed, "The default folder cannot be changed or deleted.");
    return done;
}

Result<bool> find_contact(RequestContext& context) {
    auto done = find_folder(context);
    if (!done || !*done) return done;
    const auto key = context.route.key;
    auto& found = context.found;
    done = put(
        context.directory.find<directory::Contact>(context.principal->tenant, key, context.wait),
        found.contact);
    if (!done || !*done) return done;
    const bool in_mailbox = found.contact && found.contact->mailbox == found.user->id;
    // Without a folder in the path, the contact may be in any folder of the mailbox.
    const bool in_folder = in_mailbox && (context.route.folder_count == 0 ||
                                          found.contact->parent_folder_id == found.folder_id);
    if (!in_folder) return std::unexpected(resource_not_found(key));
    return true;
}

Result<bool> find_photo_owner(RequestContext& context) {
    auto& found = context.found;
    auto done = context.route.type == ResourceType::contact ? find_contact(context)
                : context.route.type == ResourceType::user  ? find_user(context)
                                                            : find_group(context);
    if (!done || !*done) return done;
    if (found.contact)
        found.photo_owner = {found.contact->tenant, OwnerKind::contact, found.contact->id};
    else if (found.group)
        found.photo_owner = {found.group->tenant, OwnerKind::group, found.group->id};
    else
        found.photo_owner = {found.user->tenant, OwnerKind::user, found.user->id};
    if (context.endpoint.operation != Operation::write &&
        !access::has_photos(*context.principal, *context.route.resource))
        return fail(Fault::no_photo, "");
    return true;
}

bool converts_groups(const RequestContext& context) {
    return is_allowed(context, Resource::team, Operation::convert, true, true);
}

Result<ActingOwner> authorize_conversion(const RequestContext& context,
                                         const directory::Group& group) {
    if (is_allowed(context, Resource::team, Operation::convert, false, is_unified(group)))
        return ActingOwner();
    return acting_owner_of(context, group);
}

bool writes_owner_role(const RequestContext& context) {
    return is_allowed(context, Resource::team_owner_role, Operation::write, true, true);
}

bool reaches_others(const RequestContext& context) {
    if (names_group(context)) return !context.found.acting_owner;
    return context.reaches_all;
}

Readable readable_users(const RequestContext& context) {
    const auto extent = [&](bool own) {
        if (is_allowed(context, Resource::user, Operation::read, own)) return Extent::whole;
        return is_allowed(context, Resource::user, Operation::read_basic, own) ? Extent::basic
                                                                               : Extent::id;
    };
    return {.others = extent(false),
            .own = extent(true),
            .own_id = context.self == nullptr ? std::string() : context.self->id};
}

bool reads_all(const RequestContext& context, Resource resource) {
    return is_allowed(context, resource, Operation::read, false);
}

Readable readable_groups(const RequestContext& context) {
    const auto extent = reads_all(context, Resource::group) ? Extent::whole : Extent::id;
    return {.others = extent, .own = extent};
}

bool sees_hidden_members(const RequestContext& context) {
    return is_allowed(context, Resource::hidden_member, Operation::read, false);
}

Result<std::optional<bool>> sees_members(const RequestContext& context,
                                         const directory::Group& group) {
    if (group.visibility != directory::kHiddenMembership || sees_hidden_members(context))
        return true;
    if (context.self == nullptr) return false;
    if (context.wait.is_memory_only()) return std::nullopt;
    return known(context.directory.store().is_member(context.principal->tenant, group.id,
                                                     context.self->id, context.deadline()));
}

std::size_t folder_depth(const RouteMatch& route) { return (route.folder_count + 1) / 2; }

std::string mailbox_context(const RequestContext& context, std::string_view mailbox,
                            std::size_t depth) {
    std::string path = fmt::format("users('{}')", percent_encode(mailbox));
    const auto folders = context.route.folders(context.target);
    for (std::size_t i = 0; i < depth; ++i)
        path += fmt::format("/{}('{}')", i == 0 ? "contactFolders" : "childFolders",
                            percent_encode(folders[2 * i]));
    return path;
}

std::string owner_context(const RequestContext& context) {
    const auto& id = context.found.photo_owner.id;
    switch (context.route.type) {
        case ResourceType::group:
            return fmt::format("groups('{}')", percent_encode(id));
        case ResourceType::team:
            return fmt::format("teams('{}')", percent_encode(id));
        case ResourceType::contact:
            return fmt::format("{}/contacts('{}')",
                               mailbox_context(context, context.found.contact->mailbox,
                                               folder_depth(context.route)),
                               percent_encode(id));
        default: {
            const std::string_view key = context.route.is_me() ? id : context.route.user_key;
            return fmt::format("users('{}')", percent_encode(key));
        }
    }
}

}  // namespace cameo::graph
