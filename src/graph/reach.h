#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "access/principal.h"
#include "base/owner.h"
#include "base/result.h"
#include "directory/objects.h"
#include "graph/call.h"
#include "graph/object_reply.h"

// From a path to what it names, once the principal's rights are found to reach it: contract section
// 3, order of judgement. Faults of all: malformed (/me without a user), denied, no_owner.
namespace cameo::graph {

using UserFound = std::shared_ptr<const directory::User>;
using GroupFound = std::shared_ptr<const directory::Group>;
using ContactFound = std::shared_ptr<const directory::Contact>;

// The user, or whose mailbox it is; with Operation::read_basic, of whose object readable_people
// says how much is seen. Rights that reach only oneself give the same denial for every other key,
// existing or not.
Result<UserFound> reach_user(const Call& call, access::Subject subject,
                             access::Operation operation);

// How much of people's objects the caller sees.
Readable readable_people(const Call& call);

// The group that the path names, whether or not it is a team yet. A person's write reaches a group
// that they own, any other by a directory role only; whether they own it is asked of the store,
// last.
Result<GroupFound> reach_any_group(const Call& call, access::Subject subject,
                                   access::Operation operation);

// The group, or the team's.
Result<GroupFound> reach_group(const Call& call, access::Subject subject,
                               access::Operation operation);

// Who the writes of the group are told to look for again: the caller, where reach_group finds that
// they may write it as its owner only.
ActingOwner acting_owner(const Call& call, const directory::Group& group, access::Subject subject,
                         access::Operation operation);

// Whether the caller sees who is a member of the group. Answers on the work lane only where the
// membership is hidden.
Result<bool> sees_members(const Call& call, const directory::Group& group);

// Whether the caller sees hidden memberships of groups that are not theirs.
bool sees_hidden_members(const Call& call);

Result<ContactFound> reach_contact(const Call& call, access::Subject subject,
                                   access::Operation operation);

// The folder of a mailbox that the path names: the last of its folders, else the default folder.
struct FolderFound {
    UserFound mailbox;
    std::string id;
    // Null for the default folder, which is no object.
    std::shared_ptr<const directory::ContactFolder> folder;
};
Result<FolderFound> reach_folder(const Call& call, access::Operation operation);

// The user whom the path names, /me or by key, whatever the rights say; null for nobody.
Result<UserFound> find_named_user(const Call& call);

// Whether the principal may do this to whatever the path does not name: a collection.
Result<void> reach_all(const Call& call, access::Subject subject, access::Operation operation);

// The owner of the photo that the path is about.
struct PhotoOwner {
    OwnerKey key;
    PhotoStorage storage = PhotoStorage::mailbox;
    std::string mailbox;            // of a contact: User::id
    ActingOwner acting_owner = {};  // of a group
};
Result<PhotoOwner> reach_photo_owner(const Call& call, access::Operation operation);

// How a context URL names the owner: `users('{key as sent}')`, /me by its id, `groups('{id}')`,
// `users('{id}')/contacts('{c}')`.
std::string owner_context(const Call& call, const PhotoOwner& owner);

// `users('{id}')` and the first `depth` folders of the path: `users('1')/contactFolders('f')`.
std::string mailbox_context(const Call& call, std::string_view mailbox, std::size_t depth);

// How many folders the path names.
std::size_t folder_depth(const Route& route);

// The 404 for an owner that does not exist.
Error nobody(std::string_view key);

}  // namespace cameo::graph
