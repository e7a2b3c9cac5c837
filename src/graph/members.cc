#include "graph/members.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string_view>
#include <utility>

#include "base/ids.h"
#include "base/text.h"
#include "directory/property.h"
#include "graph/authorize.h"
#include "graph/errors.h"
#include "graph/object_json.h"
#include "graph/resources.h"
#include "graph/target.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using access::Resource;
using directory::User;

constexpr std::size_t kMaxMembers = 100;  // of a new group
constexpr std::size_t kMaxAdded = 20;     // by a PATCH, as in Graph

// Ids of users, each once.
struct NewMembers {
    std::vector<std::string> members;
    std::vector<std::string> owners;
};

void add_unique(std::vector<std::string>& users, const std::string& user) {
    if (std::ranges::find(users, user) == users.end()) users.push_back(user);
}

Result<json::array> list_in(const json::object& body, std::string_view name,
                            std::size_t most = kMaxMembers) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null()) return json::array();
    if (!value->is_array()) return wrong_member(name, "is not a list");
    if (value->get_array().size() > most)
        return wrong_member(name, fmt::format("has more than {} items", most));
    return value->get_array();
}

Result<void> append_referenced_users(const RequestContext& context, const json::object& body,
                                     std::string_view name, std::vector<std::string>& users,
                                     std::size_t most = kMaxMembers) {
    const auto list = list_in(body, name, most);
    if (!list) return std::unexpected(list.error());
    for (const auto& item : *list) {
        const auto user = referred_user(context, &item, name);
        if (!user) return std::unexpected(user.error());
        add_unique(users, *user);
    }
    return {};
}

// Whether an item of a team's `members` has the role owner.
bool is_owner(const json::object& item) {
    const auto* roles = item.if_contains("roles");
    const auto* list = roles == nullptr ? nullptr : roles->if_array();
    return list != nullptr && std::ranges::any_of(*list, [](const json::value& role) {
               return role.is_string() && equals_ignoring_case(role.get_string(), "owner");
           });
}

// An item is a reference, or an object of a team that contains one.
Result<void> append_members(const RequestContext& context, const json::object& body,
                            NewMembers& members) {
    constexpr std::string_view kName = "members";
    const auto list = list_in(body, kName);
    if (!list) return std::unexpected(list.error());
    for (const auto& item : *list) {
        const auto* object = item.if_object();
        const auto* reference = object == nullptr ? &item : object->if_contains("user@odata.bind");
        const auto user = referred_user(context, reference, kName);
        if (!user) return std::unexpected(user.error());
        add_unique(members.members, *user);
        if (object != nullptr && is_owner(*object)) add_unique(members.owners, *user);
    }
    return {};
}

Result<NewMembers> read_new_members(const RequestContext& context, const json::object& body) {
    NewMembers members;
    auto done = append_referenced_users(context, body, "owners@odata.bind", members.owners);
    if (done) done = append_referenced_users(context, body, "members@odata.bind", members.members);
    if (done) done = append_referenced_users(context, body, "owners", members.owners);
    if (done) done = append_members(context, body, members);
    if (!done) return std::unexpected(std::move(done.error()));
    return members;
}

// The reply to a write that changed no membership: 204 if the caller may not see the members, since
// an error would reveal a member.
HandlerResult unchanged(const RequestContext& context, Resource resource,
                        const directory::Group& group, Error told) {
    if (resource == Resource::member) {
        const auto seen = sees_members(context, group);
        if (!seen) return std::unexpected(seen.error());
        if (!**seen) return no_content();
    }
    return std::unexpected(std::move(told));
}

// Removes the users who are members already, if the caller may not see the members: an error would
// reveal a member.
Result<void> remove_unseen_members(const RequestContext& context, std::vector<std::string>& users) {
    const auto& group = *context.found.group;
    const auto seen = sees_members(context, group);
    if (!seen) return std::unexpected(seen.error());
    if (**seen) return {};
    std::vector<std::string> added;
    for (auto& user : users) {
        const auto is_member = context.directory.store().is_member(
            context.principal->tenant, group.id, user, context.deadline());
        if (!is_member) return std::unexpected(is_member.error());
        if (!*is_member) added.push_back(std::move(user));
    }
    users = std::move(added);
    return {};
}

using Change = Result<void> (directory::Store::*)(std::string_view tenant, std::string_view group,
                                                  std::string_view user, Deadline deadline,
                                                  const ActingOwner& acting_owner);
using Removal = Result<bool> (directory::Store::*)(std::string_view tenant, std::string_view group,
                                                   std::string_view user, Deadline deadline,
                                                   const ActingOwner& acting_owner);

// The id of the user to whom `@odata.id` of the body refers.
Result<std::string> reference_of_body(const RequestContext& context) {
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    const auto* reference = body->if_contains("@odata.id");
    if (reference == nullptr) return wrong_member("@odata.id", "is required");
    return referred_user(context, reference, "@odata.id");
}

// nullopt where it is not in memory; never on a worker.
Result<CacheResult<User>> find_manager(const RequestContext& context) {
    if (context.wait.is_memory_only()) return std::nullopt;
    const auto& tenant = context.principal->tenant;
    const auto id =
        context.directory.store().manager_of(tenant, context.found.user->id, context.deadline());
    if (!id) return std::unexpected(id.error());
    if (!*id) return std::unexpected(resource_not_found("manager"));
    auto manager = context.directory.find<User>(tenant, **id, context.wait);
    if (manager && *manager && !**manager) return std::unexpected(resource_not_found("manager"));
    return manager;
}

// POST of `/$ref`.
HandlerResult post_reference(const RequestContext& context, Resource resource, Change add) {
    const auto& group = context.found.group;
    const auto user = reference_of_body(context);
    if (!user) return std::unexpected(user.error());
    auto added = (context.directory.store().*add)(context.principal->tenant, group->id, *user,
                                                  context.deadline(), context.found.acting_owner);
    if (!added && added.error().fault == Fault::conflict)
        return unchanged(context, resource, *group, std::move(added.error()));
    if (!added) return std::unexpected(std::move(added.error()));
    return no_content();
}

// DELETE of `/{user id}/$ref`.
HandlerResult delete_reference(const RequestContext& context, Resource resource, Removal remove) {
    const auto& group = context.found.group;
    if (!directory::can_be_id<User>(context.route.item))
        return std::unexpected(resource_not_found(context.route.item));
    const auto removed = (context.directory.store().*remove)(context.principal->tenant, group->id,
                                                             context.route.item, context.deadline(),
                                                             context.found.acting_owner);
    if (!removed) return std::unexpected(removed.error());
    if (!*removed)
        return unchanged(context, resource, *group, resource_not_found(context.route.item));
    return no_content();
}

}  // namespace

std::string referred_key(std::string_view reference) {
    const auto segment = reference.substr(reference.rfind('/') + 1);
    auto form = key_of_form(segment);
    const bool is_path = segment.size() < reference.size() && !segment.contains('(');
    if (!form && !is_path) return {};
    return percent_decode(form ? *form : std::string(segment)).value_or(std::string());
}

Result<std::string> referred_user(const RequestContext& context, const json::value* reference,
                                  std::string_view member) {
    const auto* text = reference == nullptr ? nullptr : reference->if_string();
    const auto key = text == nullptr ? std::string() : referred_key(*text);
    if (key.empty()) return wrong_member(member, "does not refer to a user");
    if (!is_guid(key) && readable_users(context).others == Extent::id)
        return wrong_member(member,
                            "does not refer to a user by id, as a caller must who may not read "
                            "users");
    const auto user = context.directory.find_user(context.principal->tenant, key, context.wait);
    if (!user) return std::unexpected(user.error());
    if (!**user) return std::unexpected(resource_not_found(key));
    return (**user)->id;
}

Result<void> add_with_members(const RequestContext& context, const json::object& body,
                              const directory::Group& group) {
    auto people = read_new_members(context, body);
    if (!people) return std::unexpected(std::move(people.error()));
    if (context.self != nullptr) {
        add_unique(people->owners, context.self->id);
        if (is_unified(group)) add_unique(people->members, context.self->id);
    }
    return context.directory.add_group(group, people->owners, people->members, context.deadline());
}

Result<std::optional<directory::Group>> change_with_members(
    const RequestContext& context, const json::object& body, const std::string& id,
    const directory::Table<directory::Group>::Change& change) {
    NewMembers people;
    auto done =
        append_referenced_users(context, body, "owners@odata.bind", people.owners, kMaxAdded);
    if (done)
        done =
            append_referenced_users(context, body, "members@odata.bind", people.members, kMaxAdded);
    if (done) done = remove_unseen_members(context, people.members);
    if (!done) return std::unexpected(std::move(done.error()));
    return context.directory.change_group(context.principal->tenant, id, change, people.owners,
                                          people.members, context.deadline(),
                                          context.found.acting_owner);
}

Result<void> check_references(const json::object& body,
                              std::initializer_list<std::string_view> supported) {
    constexpr std::array<std::string_view, 2> kLists{"members", "owners"};
    for (const auto& [name, value] : body) {
        const bool refers = std::string_view(name).ends_with("@odata.bind") ||
                            std::ranges::find(kLists, std::string_view(name)) != kLists.end();
        if (!refers || value.is_null()) continue;
        if (std::ranges::find(supported, std::string_view(name)) != supported.end()) continue;
        return wrong_member(name, "is not supported in this request");
    }
    return {};
}

HandlerResult post_member(const RequestContext& context) {
    return post_reference(context, Resource::member, &directory::Store::add_member);
}

HandlerResult delete_member(const RequestContext& context) {
    return delete_reference(context, Resource::member, &directory::Store::remove_member);
}

HandlerResult post_owner(const RequestContext& context) {
    return post_reference(context, Resource::owner, &directory::Store::add_owner);
}

HandlerResult delete_owner(const RequestContext& context) {
    return delete_reference(context, Resource::owner, &directory::Store::remove_owner);
}

HandlerResult get_manager(const RequestContext& context) {
    const auto manager = find_manager(context);
    if (!manager) return std::unexpected(manager.error());
    if (!*manager) return std::nullopt;
    return user_as_directory_object(context, **manager);
}

HandlerResult get_manager_reference(const RequestContext& context) {
    const auto options = parse_options(context.target.query(), context.request.find("accept"));
    if (!options) return std::unexpected(options.error());
    if (options->select)
        return fail(Fault::malformed, "The query option '$select' is not supported here.");
    const auto manager = find_manager(context);
    if (!manager) return std::unexpected(manager.error());
    if (!*manager) return std::nullopt;
    const auto base = context.base_url();
    const json::object body{{"@odata.context", context.metadata_url() + "#$ref"},
                            {"@odata.id", fmt::format("{}/users/{}", base, (**manager)->id)}};
    return json_reply(200, body);
}

HandlerResult put_manager(const RequestContext& context) {
    const auto manager = reference_of_body(context);
    if (!manager) return std::unexpected(manager.error());
    auto done = context.directory.store().set_manager(
        context.principal->tenant, context.found.user->id, *manager, context.deadline());
    if (!done) return std::unexpected(std::move(done.error()));
    return no_content();
}

HandlerResult delete_manager(const RequestContext& context) {
    auto& store = context.directory.store();
    const auto& tenant = context.principal->tenant;
    const auto& user = context.found.user->id;
    const auto manager = store.manager_of(tenant, user, context.deadline());
    if (!manager) return std::unexpected(manager.error());
    if (!*manager) return std::unexpected(resource_not_found("manager"));
    auto done = store.set_manager(tenant, user, {}, context.deadline());
    if (!done) return std::unexpected(std::move(done.error()));
    return no_content();
}

}  // namespace cameo::graph
