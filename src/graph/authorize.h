#pragma once

#include <string>
#include <string_view>

#include "access/principal.h"
#include "base/result.h"
#include "graph/entity_schema.h"
#include "graph/request_context.h"

// The rights of a request, and what its path names: docs/http.md, "Order of evaluation", and
// docs/access.md.
namespace cameo::graph {

// Whether the caller's rights reach the resource of the route at all; sets `reaches_all`. Looks
// nothing up. Rights that reach only the caller's own give the same denial for every other key,
// existing or not. Faults: denied; malformed for /me without a user.
Result<void> authorize(RequestContext& context);

// The finders of the route table: each puts into `found` what the path names. False where memory
// does not hold it; never on a worker. Faults: no_owner, denied (a write of a group that the caller
// does not own), no_photo.
Result<bool> find_user(RequestContext& context);
Result<bool> find_named_user(RequestContext& context);  // null where the user does not exist
Result<bool> find_group(RequestContext& context);       // or the team's
Result<bool> find_any_group(RequestContext& context);   // whether or not it is a team yet
Result<bool> find_contact(RequestContext& context);
Result<bool> find_folder(RequestContext& context);      // the path's last, else the default folder
Result<bool> find_own_folder(RequestContext& context);  // not the default one: it cannot change
Result<bool> find_photo_owner(RequestContext& context);

// How much the caller sees of users' objects.
Readable readable_users(const RequestContext& context);

// Whether the caller sees who is a member of the group. nullopt where memory cannot say; never on
// a worker.
Result<std::optional<bool>> sees_members(const RequestContext& context,
                                         const directory::Group& group);

// Whether the caller sees hidden memberships of groups that are not theirs.
bool sees_hidden_members(const RequestContext& context);

// How a context URL names the owner of a photo: `users('{key as sent}')`, /me by its id,
// `groups('{id}')`, `users('{id}')/contacts('{c}')`.
std::string owner_context(const RequestContext& context);

// `users('{id}')` and the first `depth` folders of the path: `users('1')/contactFolders('f')`.
std::string mailbox_context(const RequestContext& context, std::string_view mailbox,
                            std::size_t depth);

// How many folders the path names.
std::size_t folder_depth(const RouteMatch& route);

// The 404 for an owner that does not exist.
Error resource_not_found(std::string_view key);

}  // namespace cameo::graph
