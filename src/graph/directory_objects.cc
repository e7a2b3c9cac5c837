#include "graph/directory_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/text.h"
#include "directory/query.h"
#include "graph/authorize.h"
#include "graph/errors.h"
#include "graph/kept_json.h"
#include "graph/object_json.h"
#include "graph/resources.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::Group;
using directory::User;

constexpr std::size_t kMaxIds = 1'000;
constexpr std::size_t kMaxChecked = 20;     // as in Graph
constexpr std::size_t kMaxGroups = 11'000;  // as in Graph
constexpr std::size_t kGroupsAtOnce = 999;

Result<json::array> texts_of(const json::object& body, std::string_view name, std::size_t most) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || !value->is_array()) return wrong_member(name, "is a required list");
    if (value->get_array().size() > most)
        return wrong_member(name, fmt::format("has more than {} items", most));
    for (const auto& item : value->get_array())
        if (!item.is_string()) return wrong_member(name, "has an item that is not a text");
    return value->get_array();
}

// Lower-case GUIDs, each once, in the order sent.
Result<std::vector<std::string>> ids_of(const json::object& body, std::string_view name,
                                        std::size_t most) {
    const auto list = texts_of(body, name, most);
    if (!list) return std::unexpected(list.error());
    std::vector<std::string> ids;
    std::unordered_set<std::string> seen;
    for (const auto& item : *list) {
        auto id = to_lower(item.get_string());
        if (!is_guid(id)) return wrong_member(name, "has an item that is not a GUID");
        if (seen.insert(id).second) ids.push_back(std::move(id));
    }
    return ids;
}

// Which of the two kinds `types` names; both without it. Types that are not kept here match none.
struct Types {
    bool users = true;
    bool groups = true;
};
Result<Types> types_of(const json::object& body) {
    const auto* value = body.if_contains("types");
    if (value == nullptr || value->is_null()) return Types{};
    const auto list = texts_of(body, "types", kMaxIds);
    if (!list) return std::unexpected(list.error());
    if (list->empty()) return Types{};
    const auto names = [&](std::string_view type) {
        return std::ranges::any_of(*list, [&](const json::value& item) {
            const std::string_view text = item.get_string();
            return equals_ignoring_case(text, type) ||
                   equals_ignoring_case(text, "directoryObject");
        });
    };
    return Types{.users = names("user"), .groups = names("group")};
}

// An object that getByIds may return, with the part of it that the caller may see.
template <class Object>
struct Shown {
    const EntitySchema& schema;
    Options options;
    Readable readable;
};

template <class Object>
Result<bool> append_if_found(json::array& items, const RequestContext& context,
                             const std::string& id, const Shown<Object>& shown) {
    auto found = context.directory.find<Object>(context.principal->tenant, id, context.wait);
    if (found && **found) found = with_kept(context, **found, shown.schema, shown.options);
    if (!found) return std::unexpected(found.error());
    if (!**found) return false;
    json::object item;
    if (shown.options.level != MetadataLevel::none)
        item["@odata.type"] = fmt::format("#microsoft.graph.{}", shown.schema.type);
    append_object(item, ***found, shown.schema, shown.options, shown.readable.of(id));
    items.push_back(std::move(item));
    return true;
}

Result<json::array> objects_of(const RequestContext& context, const std::vector<std::string>& ids,
                               const Types& types, const Shown<User>& users,
                               const Shown<Group>& groups) {
    json::array items;
    for (const auto& id : ids) {
        Result<bool> done = false;
        if (types.users) done = append_if_found(items, context, id, users);
        if (done && !*done && types.groups) done = append_if_found(items, context, id, groups);
        if (!done) return std::unexpected(std::move(done.error()));
    }
    return items;
}

// The user whose groups are requested; null where the path names a group.
Result<std::shared_ptr<const User>> member_of_path(const RequestContext& context) {
    if (context.found.user || context.found.group) return context.found.user;
    const auto key = context.route.item;
    const auto& tenant = context.principal->tenant;
    if (!is_guid(key)) return std::unexpected(resource_not_found(key));
    auto user = context.directory.find<User>(tenant, key, context.wait);
    if (!user) return std::unexpected(std::move(user.error()));
    if (**user) return **std::move(user);
    const auto group = context.directory.find<Group>(tenant, key, context.wait);
    if (!group) return std::unexpected(group.error());
    if (!**group) return std::unexpected(resource_not_found(key));
    return std::shared_ptr<const User>();
}

// The ids of the user's groups that the caller may see, ascending.
Result<std::vector<std::string>> group_ids(const RequestContext& context, bool only_security) {
    const auto user = member_of_path(context);
    if (!user) return std::unexpected(user.error());
    std::vector<std::string> ids;
    if (!*user) return ids;
    const directory::Scope scope{
        .tenant = context.principal->tenant,
        .joined_by = (*user)->id,
        .without_hidden = !sees_hidden_members(context),
        .except_joined_by = context.self == nullptr ? std::string() : context.self->id};
    directory::Query query{.by_id = true, .top = kGroupsAtOnce};
    while (true) {
        const auto page = context.directory.list<Group>(scope, query, context.deadline());
        if (!page) return std::unexpected(page.error());
        for (const auto& group : page->objects)
            if (!only_security || group.security_enabled) ids.push_back(group.id);
        if (ids.size() > kMaxGroups)
            return fail(Fault::malformed,
                        fmt::format("The object is a member of more than {} groups.", kMaxGroups));
        if (!page->more || page->objects.empty()) return ids;
        query.after = directory::Cursor{{}, page->objects.back().id};
    }
}

http::Reply ids_reply(const RequestContext& context, const std::vector<std::string>& ids) {
    const json::object body{{"@odata.context", context.metadata_url() + "#Collection(Edm.String)"},
                            {"value", json::array(ids.begin(), ids.end())}};
    return json_reply(200, body);
}

Result<bool> flag_of(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null()) return false;
    if (!value->is_bool()) return wrong_member(name, "is not true or false");
    return value->get_bool();
}

HandlerResult check_members(const RequestContext& context, std::string_view member) {
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    auto asked = ids_of(*body, member, kMaxChecked);
    if (!asked) return std::unexpected(std::move(asked.error()));
    const auto ids = group_ids(context, false);
    if (!ids) return std::unexpected(ids.error());
    std::erase_if(*asked, [&](const auto& id) { return !std::ranges::binary_search(*ids, id); });
    return ids_reply(context, *asked);
}

}  // namespace

HandlerResult get_by_ids(const RequestContext& context) {
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    const auto ids = ids_of(*body, "ids", kMaxIds);
    if (!ids) return std::unexpected(ids.error());
    const auto types = types_of(*body);
    if (!types) return std::unexpected(types.error());
    auto of_users = object_options(context, kUserSchema);
    if (!of_users) return std::unexpected(std::move(of_users.error()));
    auto of_groups = object_options(context, kGroupSchema);
    if (!of_groups) return std::unexpected(std::move(of_groups.error()));
    auto items =
        objects_of(context, *ids, *types, {kUserSchema, *of_users, readable_users(context)},
                   {kGroupSchema, *std::move(of_groups), readable_groups(context)});
    if (!items) return std::unexpected(std::move(items.error()));
    json::object reply;
    if (of_users->level != MetadataLevel::none)
        reply["@odata.context"] =
            fmt::format("{}#directoryObjects{}", context.metadata_url(), select_suffix(*of_users));
    reply["value"] = *std::move(items);
    return negotiated(json_reply(200, reply));
}

HandlerResult get_member_groups(const RequestContext& context) {
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    const auto only_security = flag_of(*body, "securityEnabledOnly");
    if (!only_security) return std::unexpected(only_security.error());
    const auto ids = group_ids(context, *only_security);
    if (!ids) return std::unexpected(ids.error());
    return ids_reply(context, *ids);
}

HandlerResult check_member_groups(const RequestContext& context) {
    return check_members(context, "groupIds");
}

HandlerResult check_member_objects(const RequestContext& context) {
    return check_members(context, "ids");
}

HandlerResult get_deleted_item(const RequestContext& context) {
    return std::unexpected(resource_not_found(context.route.item));
}

}  // namespace cameo::graph
