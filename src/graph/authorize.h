#pragma once

#include <string>
#include <string_view>

#include "access/principal.h"
#include "base/result.h"
#include "graph/entity_schema.h"
#include "graph/request_context.h"

// Permissions of a request, and the lookup of the resource that its path names: docs/http.md,
// "Order of evaluation", and docs/access.md.
namespace cameo::graph {

// Checks whether the caller's permissions cover the resource of the route at all; sets
// `reaches_all`. Makes no lookup. Permissions for the caller's own resources give the same denial
// for every other key, whether or not it exists. Faults: denied; malformed for /me without a user.
Result<void> authorize(RequestContext& context);

// The finders of the route table: each stores in `found` what the path names. False where it is not
// in memory; never on a worker. Faults: no_owner, denied (a write of a group that the caller does
// not own), no_photo.
Result<bool> find_user(RequestContext& context);
Result<bool> find_named_user(RequestContext& context);  // null where the user does not exist
Result<bool> find_group(RequestContext& context);       // or the group of the team
Result<bool> find_any_group(RequestContext& context);   // a team or not
Result<bool> find_contact(RequestContext& context);
Result<bool> find_folder(RequestContext& context);      // the last one, else the default folder
Result<bool> find_own_folder(RequestContext& context);  // not the default folder
Result<bool> find_photo_owner(RequestContext& context);

// Whether the caller's permissions cover the making of a team of some group that exists.
bool converts_groups(const RequestContext& context);
// Fault::denied where the caller may not make this group a team: as a write, it needs ownership or
// a directory role. Returns the owner as whom the caller may. Never Wait::memory_only().
Result<ActingOwner> authorize_conversion(const RequestContext& context,
                                         const directory::Group& group);

// Whether the caller's permissions cover the role of an owner in a team that the caller may write.
bool writes_owner_role(const RequestContext& context);

// Whether the permissions cover the photos of other owners too: after find_photo_owner.
bool reaches_others(const RequestContext& context);

// How much of user objects the caller may see.
Readable readable_users(const RequestContext& context);

// Whether the permissions cover reads of the resource for every owner.
bool reads_all(const RequestContext& context, access::Resource resource);

// How much of group objects the caller may see: all or the id.
Readable readable_groups(const RequestContext& context);

// Whether the caller may see the members of the group. nullopt where the answer is not in memory;
// never on a worker.
Result<std::optional<bool>> sees_members(const RequestContext& context,
                                         const directory::Group& group);

// Whether the caller may see the hidden memberships of any group.
bool sees_hidden_members(const RequestContext& context);

// How a context URL names the owner of a photo: `users('{key as sent}')`, /me by its id,
// `groups('{id}')`, `users('{id}')/contacts('{c}')`.
std::string owner_context(const RequestContext& context);

// `users('{id}')` and the first `depth` folders of the path: `users('1')/contactFolders('f')`.
std::string mailbox_context(const RequestContext& context, std::string_view mailbox,
                            std::size_t depth);

// The number of folders in the path.
std::size_t folder_depth(const RouteMatch& route);

// The 404 for an owner that does not exist.
Error resource_not_found(std::string_view key);

}  // namespace cameo::graph
