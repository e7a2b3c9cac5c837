#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "access/principal.h"
#include "base/owner.h"
#include "base/result.h"
#include "directory/objects.h"
#include "graph/object_reply.h"
#include "graph/request_context.h"

// From a path to what it names, once the principal's rights are found to reach it: contract section
// 3, order of judgement. Faults of all: malformed (/me without a user), denied, no_owner.
namespace cameo::graph {

using UserPtr = std::shared_ptr<const directory::User>;
using GroupPtr = std::shared_ptr<const directory::Group>;
using ContactPtr = std::shared_ptr<const directory::Contact>;

// The user, or whose mailbox it is; with Operation::read_basic, of whose object readable_people
// says how much is seen. Rights that reach only oneself give the same denial for every other key,
// existing or not.
Result<UserPtr> authorize_user(const RequestContext& context, access::Resource resource,
                               access::Operation operation);

// How much of people's objects the caller sees.
Readable readable_users(const RequestContext& context);

// The group that the path names, whether or not it is a team yet. A person's write reaches a group
// that they own, any other by a directory role only; whether they own it is asked of the store,
// last.
Result<GroupPtr> authorize_any_group(const RequestContext& context, access::Resource resource,
                                     access::Operation operation);

// The group, or the team's.
Result<GroupPtr> authorize_group(const RequestContext& context, access::Resource resource,
                                 access::Operation operation);

// Who the writes of the group are told to look for again: the caller, where reach_group finds that
// they may write it as its owner only.
ActingOwner acting_owner(const RequestContext& context, const directory::Group& group,
                         access::Resource resource, access::Operation operation);

// Whether the caller sees who is a member of the group. Answers on the work lane only where the
// membership is hidden.
Result<bool> sees_members(const RequestContext& context, const directory::Group& group);

// Whether the caller sees hidden memberships of groups that are not theirs.
bool sees_hidden_members(const RequestContext& context);

Result<ContactPtr> authorize_contact(const RequestContext& context, access::Resource resource,
                                     access::Operation operation);

// The folder of a mailbox that the path names: the last of its folders, else the default folder.
struct FoundFolder {
    UserPtr mailbox;
    std::string id;
    // Null for the default folder, which is no object.
    std::shared_ptr<const directory::ContactFolder> folder;
};
Result<FoundFolder> authorize_folder(const RequestContext& context, access::Operation operation);

// The user whom the path names, /me or by key, whatever the rights say; null for nobody.
Result<UserPtr> find_named_user(const RequestContext& context);

// Whether the principal may do this to whatever the path does not name: a collection.
Result<void> authorize_collection(const RequestContext& context, access::Resource resource,
                                  access::Operation operation);

// The owner of the photo that the path is about.
struct PhotoOwner {
    OwnerKey key;
    PhotoStorage storage = PhotoStorage::mailbox;
    std::string mailbox;            // of a contact: User::id
    ActingOwner acting_owner = {};  // of a group
};
Result<PhotoOwner> authorize_photo_owner(const RequestContext& context,
                                         access::Operation operation);

// How a context URL names the owner: `users('{key as sent}')`, /me by its id, `groups('{id}')`,
// `users('{id}')/contacts('{c}')`.
std::string owner_context(const RequestContext& context, const PhotoOwner& owner);

// `users('{id}')` and the first `depth` folders of the path: `users('1')/contactFolders('f')`.
std::string mailbox_context(const RequestContext& context, std::string_view mailbox,
                            std::size_t depth);

// How many folders the path names.
std::size_t folder_depth(const RouteMatch& route);

// The 404 for an owner that does not exist.
Error resource_not_found(std::string_view key);

}  // namespace cameo::graph
