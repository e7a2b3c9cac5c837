#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "directory/store.h"
#include "graph/entity_schema.h"
#include "graph/object_json.h"
#include "graph/odata.h"
#include "graph/request_context.h"
#include "http/reply.h"

// The resources of the directory and the handlers that serve all of them: docs/directory.md. A
// resource is a struct of static functions in resource_definitions.h.
namespace cameo::graph {

struct Users;
struct Groups;
struct Teams;  // groups that are a team as well
struct Contacts;
struct ContactFolders;

// Which objects a list returns.
struct ListScope {
    directory::Scope scope;     // its tenant is filled in
    bool is_empty = false;      // the list has no entry: no query is made
    bool typed = false;         // each entry has `@odata.type`: Graph's list may hold other types
    std::string_view set = {};  // of the context URL, instead of the resource's
};
using ScopeFunction = Result<ListScope> (*)(const RequestContext&);

// GET of one object: 200.
template <class Resource>
HandlerResult get_object(const RequestContext& context);
// PATCH: 204 for users, groups and teams; 200 with the object for contacts and their folders.
template <class Resource>
HandlerResult update_object(const RequestContext& context);
// DELETE: 204. The objects that depend on it go with it (directory::Table::remove).
template <class Resource>
HandlerResult delete_object(const RequestContext& context);
// POST to the list: 201 with the object and its Location.
template <class Resource>
HandlerResult create_object(const RequestContext& context);

// GET of a list: a page and the link to the next one.
template <class Resource, ScopeFunction ScopeOf>
HandlerResult list_objects(const RequestContext& context);
// GET of `/$count`: the number of entries as text.
template <class Resource, ScopeFunction ScopeOf>
HandlerResult count_objects(const RequestContext& context);

// The scopes of the lists.
Result<ListScope> tenant_scope(const RequestContext& context);         // /users, /groups
Result<ListScope> all_teams_scope(const RequestContext& context);      // /teams
Result<ListScope> joined_teams_scope(const RequestContext& context);   // {user}/joinedTeams
Result<ListScope> folder_scope(const RequestContext& context);         // directly in the folder
Result<ListScope> group_members_scope(const RequestContext& context);  // /groups/{id}/members
Result<ListScope> group_owners_scope(const RequestContext& context);   // /groups/{id}/owners
Result<ListScope> member_of_scope(const RequestContext& context);      // {user}/memberOf
Result<ListScope> direct_reports_scope(const RequestContext& context);
Result<ListScope> deleted_scope(const RequestContext& context);  // /directory/deletedItems: none

// GET of `/directoryObjects/{id}`: the user or group, with its type.
HandlerResult get_directory_object(const RequestContext& context);

// GET of `/users/delta` and `/groups/delta` (docs/directory.md, "Changes"): all objects at first,
// then those that changed since a `$deltatoken`. A token is valid for 7 days; then 410 with the
// Location of a new start. For Users and Groups; in delta.cc.
template <class Resource>
HandlerResult list_delta(const RequestContext& context);

// GET of `{user}/people`: the users who share a group with the user, and the contacts of the user's
// mailbox, by displayName; $search over name and addresses, $top, $skip. In people.cc.
HandlerResult list_people(const RequestContext& context);

// The caller's tenant as a resource, and its settings for photos (docs/directory.md, "The
// organisation"). Both come from the configuration, not from the store. In organization.cc.
HandlerResult list_organizations(const RequestContext& context);
// Fault::no_owner for any other id than the tenant's.
HandlerResult get_organization(const RequestContext& context);
// The domains of the caller's tenant, the first one default and initial. Fault::no_owner for
// another name.
HandlerResult list_domains(const RequestContext& context);
HandlerResult get_domain(const RequestContext& context);
// GET of `/admin/people/photoUpdateSettings`: who may change the photos of others.
HandlerResult get_photo_update_settings(const RequestContext& context);
// PATCH: always Fault::denied, with the key of the configuration.
HandlerResult refuse_photo_update_settings(const RequestContext& context);

// Parts that the other handlers of the directory use.

// The OData control information of a reply.
struct ODataContext {
    const EntitySchema& schema;
    // How contexts name the set: `users`, `users('{id}')/contacts`.
    std::string set;
    // The set may hold objects of other types too: each has its `@odata.type`.
    bool typed = false;
};

// The user as `#directoryObjects/$entity`, with its type and what the caller may see.
HandlerResult user_as_directory_object(const RequestContext& context,
                                       const std::shared_ptr<const directory::User>& user);

// The domains of the caller's tenant, in lower case, the default one first: those of the
// configuration; else the host of public_url, if it is a name, else `localhost`. In
// organization.cc.
std::vector<std::string> domains_of(const RequestContext& context);

// What a new Microsoft 365 group has where the body does not say it, as in Graph: `mail` from its
// nickname and the default domain, and `visibility` Public.
void set_defaults(const RequestContext& context, directory::Group& group);

// 200 or 201 with one object; `fields` are further header lines.
template <class Object>
Result<http::Reply> object_reply(const RequestContext& context, int status,
                                 const ODataContext& odata, const Object& object,
                                 const Options& options, const std::string& fields = {},
                                 Extent extent = kDefaultExtent<Object>);

// The options of a reply with one object: Accept, $format and $select. A write reads them before it
// begins: after it, an unknown name would be an error of a request that was carried out.
Result<Options> object_options(const RequestContext& context, const EntitySchema& schema);

// 204.
http::Reply no_content();

// `Location: {base}/{path}`, the header line of a new object.
std::string location_field(const RequestContext& context, std::string_view path);

}  // namespace cameo::graph
