#include "graph/resources.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/ids.h"
#include "base/text.h"
#include "directory/property.h"
#include "directory/query.h"
#include "graph/authorize.h"
#include "graph/errors.h"
#include "graph/expand.h"
#include "graph/kept_json.h"
#include "graph/list_query.h"
#include "graph/object_json.h"
#include "graph/resource_definitions.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::Page;

constexpr std::string_view kDirectoryObjects = "directoryObjects";

// The webUrl of a team, which is in the configuration.
void append_web_url(json::object& body, const RequestContext& context,
                    const directory::Group& team) {
    auto* const url = body.if_contains("webUrl");
    auto text = context.settings.team_web_url;
    if (url == nullptr || text.empty()) return;
    for (const auto& [part, value] :
         {std::pair<std::string_view, std::string_view>{"{id}", team.id},
          {"{tenant}", team.tenant}})
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part))
            text.replace(at, part.size(), value);
    *url = text;
}

template <class Object>
void append(json::object& body, const RequestContext& context, const ODataContext& odata,
            const Object& object, const Options& options, Extent extent) {
    const bool full = options.level == MetadataLevel::full;
    if (full || (odata.typed && options.level != MetadataLevel::none))
        body["@odata.type"] = fmt::format("#microsoft.graph.{}", odata.schema.type);
    if (full)
        body["@odata.id"] =
            fmt::format("{}/{}('{}')", context.base_url(), odata.set, percent_encode(object.id));
    append_object(body, object, odata.schema, options, extent);
    if constexpr (std::is_same_v<Object, directory::Group>)
        if (odata.schema.type == kTeamSchema.type) append_web_url(body, context, object);
}

Expand expand_of(const EntitySchema& schema) {
    return schema.expandable.empty() ? Expand::unsupported : Expand::supported;
}

Result<Options> read_options(const RequestContext& context, const EntitySchema& schema,
                             OptionSet takes, Expand expand) {
    auto options =
        parse_options(context.target.query(), context.request.find("accept"), takes, expand);
    if (!options) return options;
    auto known = resolve_select(*options, schema);
    if (known) known = resolve_expand(*options, schema);
    if (known) known = check_expansion(context, *options);
    if (!known) return std::unexpected(std::move(known.error()));
    return options;
}

template <class Object>
Result<Page<Object>> read_page(const RequestContext& context, const ListScope& list,
                               const directory::Query& query) {
    if (list.is_empty) return Page<Object>{.count = query.count ? std::optional(0) : std::nullopt};
    auto scope = list.scope;
    scope.tenant = context.principal->tenant;
    return context.directory.list<Object>(scope, query, context.deadline());
}

// A list of the directory. A filter, a search or an order by a property that the caller does not
// see of others is Fault::denied.
template <class Object>
struct ListEndpoint {
    ODataContext odata;
    ListScope list;
    OptionSet options = OptionSet::list;
    Readable readable = {kDefaultExtent<Object>, kDefaultExtent<Object>};
};

// The position after the object. By id alone it reveals no name.
template <class Object>
directory::Cursor cursor_after(const Object& object, const directory::Query& query) {
    if (query.by_id) return {{}, object.id};
    const auto& property = *directory::find_property<Object>(query.order_by);
    if (const auto* time = std::get_if<Instant Object::*>(&property.member))
        return {std::to_string((object.**time).time_since_epoch().count()), object.id};
    return {*directory::text_of(object, property), object.id};
}

// Each entry of a page with $expand is a query of its own.
constexpr std::size_t kMaxExpanded = 100;

template <class Object>
struct ListResult {
    Options options;
    Page<Object> page;
    directory::Query query;
};

template <class Object>
Result<ListResult<Object>> read_list(const RequestContext& context,
                                     const ListEndpoint<Object>& endpoint, bool count_only) {
    auto options =
        read_options(context, endpoint.odata.schema, endpoint.options,
                     count_only ? Expand::unsupported : expand_of(endpoint.odata.schema));
    if (!options) return std::unexpected(std::move(options.error()));
    const Seen seen{endpoint.odata.schema, endpoint.readable.others};
    if (auto may = check_order(*options, seen); !may) return std::unexpected(may.error());
    auto query =
        list_query(*options, endpoint.odata.schema, filter_property<Object>, searched_name<Object>);
    if (!query) return std::unexpected(std::move(query.error()));
    if (auto may = restrict_to_visible(*query, seen, searched_name<Object>); !may)
        return std::unexpected(may.error());
    if (auto within = restrict_to_schema(*query, endpoint.odata.schema, searched_names<Object>());
        !within)
        return std::unexpected(std::move(within.error()));
    if (!options->expansion.empty()) query->top = std::min(query->top, kMaxExpanded);
    query->with_kept = !count_only && selects_kept(*options, endpoint.odata.schema);
    if (count_only) {
        query->top = 1;
        query->count = true;
    }
    auto page = read_page<Object>(context, endpoint.list, *query);
    if (!page) return std::unexpected(std::move(page.error()));
    return ListResult<Object>{*std::move(options), *std::move(page), *std::move(query)};
}

// Fault::malformed where `body` gives the object another id.
Result<void> check_same_id(const json::object& body, std::string_view id) {
    const auto* value = body.if_contains("id");
    if (value == nullptr) return {};
    const auto* text = value->if_string();
    if (text != nullptr && equals_ignoring_case(*text, id)) return {};
    return wrong_member("id", "cannot be changed");
}

}  // namespace

Result<Options> object_options(const RequestContext& context, const EntitySchema& schema) {
    return read_options(context, schema, OptionSet::object, Expand::unsupported);
}

http::Reply no_content() { return {.status = 204, .fields = std::string(kNoStore)}; }

std::string location_field(const RequestContext& context, std::string_view path) {
    return fmt::format("Location: {}/{}\r\n", context.base_url(), path);
}

template <class Object>
Result<http::Reply> object_reply(const RequestContext& context, int status,
                                 const ODataContext& odata, const Object& object,
                                 const Options& options, const std::string& fields, Extent extent) {
    json::object body;
    if (options.level != MetadataLevel::none)
        body["@odata.context"] = fmt::format("{}#{}{}/$entity", context.metadata_url(), odata.set,
                                             select_suffix(options));
    append(body, context, odata, object, options, extent);
    if (auto done = append_expansion(body, context, object, options); !done)
        return std::unexpected(std::move(done.error()));
    return negotiated(json_reply(status, body, std::string(kNoStore) + fields));
}

namespace {

// The options of a link to the next page. Outlook's links have the number of entries so far as
// $skip: programs read it out of the link, so it comes last. `sent`: how many
// entries of the page the reply has, at least one.
template <class Object>
std::string next_options(OptionSet takes, const ListResult<Object>& list, std::size_t sent) {
    const auto& last = list.page.objects[sent - 1];
    auto options = "$skiptoken=" + skip_token(cursor_after(last, list.query));
    if (takes == OptionSet::list_with_skip)
        options += fmt::format("&$skip={}", list.options.skip + sent);
    return options;
}

template <class Object>
Result<http::Reply> list_reply(const RequestContext& context,
                               const ListEndpoint<Object>& endpoint) {
    const auto list = read_list(context, endpoint, false);
    if (!list) return std::unexpected(list.error());
    const auto& [options, page, query] = *list;
    PageSize size(options, endpoint.odata.schema);
    json::array objects;
    for (const auto& object : page.objects) {
        json::object item;
        append(item, context, endpoint.odata, object, options, endpoint.readable.of(object.id));
        if (auto done = append_expansion(item, context, object, options); !done)
            return std::unexpected(std::move(done.error()));
        if (!size.takes(item)) break;
        objects.push_back(std::move(item));
    }
    json::object body;
    if (options.level != MetadataLevel::none)
        body["@odata.context"] = fmt::format("{}#{}{}", context.metadata_url(), endpoint.odata.set,
                                             select_suffix(options));
    if (page.count) body["@odata.count"] = *page.count;
    const bool is_cut = objects.size() < page.objects.size();
    if ((page.more || is_cut) && !objects.empty())
        body["@odata.nextLink"] = context.link(
            {"$skiptoken", "$skip"}, next_options(endpoint.options, *list, objects.size()));
    body["value"] = std::move(objects);
    return negotiated(json_reply(200, body));
}

template <class Object>
Result<http::Reply> count_reply(const RequestContext& context,
                                const ListEndpoint<Object>& endpoint) {
    const auto list = read_list(context, endpoint, true);
    if (!list) return std::unexpected(list.error());
    return http::Reply{.status = 200,
                       .fields = fmt::format("{}Content-Type: text/plain\r\n", kNoStore),
                       .body = std::to_string(list->page.count.value_or(0))};
}

// A list that is cast to its own type is one of that type; cast to another, it is empty.
void apply_cast(std::string_view cast, const EntitySchema& schema, ListScope& list) {
    if (cast.empty() || equals_ignoring_case(cast, "directoryObject")) return;
    list.set = schema.collection;
    if (!equals_ignoring_case(cast, schema.type)) list.is_empty = true;
}

template <class Resource>
Result<ListEndpoint<typename Resource::Object>> list_endpoint(const RequestContext& context,
                                                              ScopeFunction scope_of) {
    auto list = scope_of(context);
    if (!list) return std::unexpected(std::move(list.error()));
    apply_cast(context.route.cast, Resource::kSchema, *list);
    auto set = list->set.empty() ? Resource::set(context, SetOf::list) : std::string(list->set);
    const bool typed = list->typed;
    return ListEndpoint<typename Resource::Object>{
        .odata = {Resource::kSchema, std::move(set), typed},
        .list = *std::move(list),
        .options = Resource::kListOptions,
        .readable = Resource::list_readable(context)};
}

}  // namespace

template <class Resource>
HandlerResult get_object(const RequestContext& context) {
    const auto found = Resource::found(context);
    const auto options =
        read_options(context, Resource::kSchema, OptionSet::object, expand_of(Resource::kSchema));
    if (!options) return std::unexpected(options.error());
    if (options->expand && context.wait.is_memory_only()) return std::nullopt;
    const auto object = with_kept(context, found, Resource::kSchema, *options);
    if (!object) return std::unexpected(object.error());
    if (!*object) return std::nullopt;
    if (!**object) return std::unexpected(resource_not_found(found->id));
    return object_reply(context, 200, {Resource::kSchema, Resource::set(context, SetOf::object)},
                        ***object, *options, {}, Resource::readable(context).of(found->id));
}

template <class Resource>
HandlerResult create_object(const RequestContext& context) {
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    const auto options = object_options(context, Resource::kSchema);
    if (!options) return std::unexpected(options.error());
    auto valid = check_required(*body, Resource::kSchema);
    if (valid) valid = Resource::check_new_references(*body);
    if (!valid) return std::unexpected(std::move(valid.error()));
    auto object = Resource::make(context, *body);
    if (!object) return std::unexpected(std::move(object.error()));
    auto done = read_object(*body, Resource::kSchema, *object);
    if (done) done = Resource::normalize(context, *object, nullptr);
    if (done) done = Resource::add(context, *body, *object);
    if (!done) return std::unexpected(std::move(done.error()));
    return object_reply(context, 201, {Resource::kSchema, Resource::set(context, SetOf::list)},
                        *object, *options,
                        location_field(context, Resource::path(context, *object)),
                        Resource::readable(context).of(object->id));
}

template <class Resource>
HandlerResult update_object(const RequestContext& context) {
    using Object = typename Resource::Object;
    const auto id = Resource::found(context)->id;
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    if (auto valid = Resource::check_update_references(*body); !valid)
        return std::unexpected(std::move(valid.error()));
    const auto options =
        Resource::kUpdateReturnsObject ? object_options(context, Resource::kSchema) : Options{};
    if (!options) return std::unexpected(options.error());
    const auto apply = [&](Object& object) -> Result<void> {
        const Object before = object;
        auto done = check_same_id(*body, object.id);
        if (done) done = read_object(*body, Resource::kSchema, object);
        if (done) done = Resource::normalize(context, object, &before);
        return done;
    };
    const auto changed = Resource::change(context, *body, id, apply);
    if (!changed) return std::unexpected(changed.error());
    if (!*changed) return std::unexpected(resource_not_found(id));
    if (!Resource::kUpdateReturnsObject) return no_content();
    return object_reply(context, 200, {Resource::kSchema, Resource::set(context, SetOf::object)},
                        **changed, *options, {}, Resource::readable(context).of(id));
}

template <class Resource>
HandlerResult delete_object(const RequestContext& context) {
    const auto id = Resource::found(context)->id;
    const auto removed = context.directory.remove<typename Resource::Object>(
        context.principal->tenant, id, context.clock.now(), context.deadline(),
        context.found.acting_owner);
    if (!removed) return std::unexpected(removed.error());
    if (!*removed) return std::unexpected(resource_not_found(id));
    for (const auto& owner : (*removed)->owners) context.photos.forget(owner);
    return no_content();
}

template <class Resource, ScopeFunction ScopeOf>
HandlerResult list_objects(const RequestContext& context) {
    const auto endpoint = list_endpoint<Resource>(context, ScopeOf);
    if (!endpoint) return std::unexpected(endpoint.error());
    return list_reply(context, *endpoint);
}

template <class Resource, ScopeFunction ScopeOf>
HandlerResult count_objects(const RequestContext& context) {
    const auto endpoint = list_endpoint<Resource>(context, ScopeOf);
    if (!endpoint) return std::unexpected(endpoint.error());
    return count_reply(context, *endpoint);
}

void set_defaults(const RequestContext& context, directory::Group& group) {
    if (!is_unified(group)) return;
    if (group.visibility.empty()) group.visibility = "Public";
    if (group.mail.empty() && !group.mail_nickname.empty())
        group.mail = fmt::format("{}@{}", group.mail_nickname, domains_of(context).front());
}

Result<ListScope> tenant_scope(const RequestContext& /*context*/) { return ListScope{}; }

Result<ListScope> all_teams_scope(const RequestContext& /*context*/) {
    return ListScope{.scope = {.teams_only = true}};
}

// A user who does not exist has joined no team: the permissions of teams must not reveal users.
Result<ListScope> joined_teams_scope(const RequestContext& context) {
    const auto& user = context.found.user;
    return ListScope{
        .scope = {.joined_by = user ? user->id : std::string(),
                  .teams_only = true,
                  .without_hidden = !sees_hidden_members(context),
                  .except_joined_by = context.self == nullptr ? std::string() : context.self->id},
        .is_empty = !user};
}

Result<ListScope> folder_scope(const RequestContext& context) {
    return ListScope{
        .scope = {.mailbox = context.found.user->id, .folder = context.found.folder_id}};
}

Result<ListScope> group_members_scope(const RequestContext& context) {
    const auto& group = context.found.group;
    const auto seen = sees_members(context, *group);
    if (!seen) return std::unexpected(seen.error());
    return ListScope{.scope = {.members_of = group->id}, .is_empty = !**seen, .typed = true};
}

Result<ListScope> group_owners_scope(const RequestContext& context) {
    return ListScope{.scope = {.owners_of = context.found.group->id}, .typed = true};
}

Result<ListScope> member_of_scope(const RequestContext& context) {
    return ListScope{
        .scope = {.joined_by = context.found.user->id,
                  .without_hidden = !sees_hidden_members(context),
                  .except_joined_by = context.self == nullptr ? std::string() : context.self->id},
        .typed = true,
        .set = kDirectoryObjects};
}

Result<ListScope> direct_reports_scope(const RequestContext& context) {
    return ListScope{
        .scope = {.reports_of = context.found.user->id}, .typed = true, .set = kDirectoryObjects};
}

// A deleted object is not kept.
Result<ListScope> deleted_scope(const RequestContext& /*context*/) {
    return ListScope{.is_empty = true, .typed = true};
}

namespace {

template <class Object>
HandlerResult directory_object_reply(const RequestContext& context, const EntitySchema& schema,
                                     std::shared_ptr<const Object> found, Extent extent) {
    const auto options = object_options(context, schema);
    if (!options) return std::unexpected(options.error());
    const auto object = with_kept(context, found, schema, *options);
    if (!object) return std::unexpected(object.error());
    if (!*object) return std::nullopt;
    if (!**object) return std::unexpected(resource_not_found(found->id));
    return object_reply(context, 200, {schema, std::string(kDirectoryObjects), true}, ***object,
                        *options, {}, extent);
}

}  // namespace

HandlerResult user_as_directory_object(const RequestContext& context,
                                       const std::shared_ptr<const directory::User>& user) {
    return directory_object_reply(context, kUserSchema, user, readable_users(context).of(user->id));
}

HandlerResult get_directory_object(const RequestContext& context) {
    const auto& tenant = context.principal->tenant;
    const auto key = context.route.item;
    if (is_guid(key)) {
        const auto user = context.directory.find<directory::User>(tenant, key, context.wait);
        if (!user) return std::unexpected(user.error());
        if (!*user) return std::nullopt;
        if (**user) return user_as_directory_object(context, **user);
        const auto group = context.directory.find<directory::Group>(tenant, key, context.wait);
        if (!group) return std::unexpected(group.error());
        if (!*group) return std::nullopt;
        if (**group)
            return directory_object_reply(context, kGroupSchema, **group,
                                          readable_groups(context).others);
    }
    return std::unexpected(resource_not_found(key));
}

template Result<http::Reply> object_reply(const RequestContext&, int, const ODataContext&,
                                          const directory::Group&, const Options&,
                                          const std::string&, Extent);

using H = HandlerResult;
using C = const RequestContext&;

template H get_object<Users>(C);
template H update_object<Users>(C);
template H delete_object<Users>(C);
template H create_object<Users>(C);
template H list_objects<Users, tenant_scope>(C);
template H count_objects<Users, tenant_scope>(C);
template H list_objects<Users, group_members_scope>(C);
template H count_objects<Users, group_members_scope>(C);
template H list_objects<Users, direct_reports_scope>(C);
template H count_objects<Users, direct_reports_scope>(C);
template H list_objects<Users, group_owners_scope>(C);
template H count_objects<Users, group_owners_scope>(C);

template H list_objects<Users, deleted_scope>(C);
template H count_objects<Users, deleted_scope>(C);

template H get_object<Groups>(C);
template H update_object<Groups>(C);
template H delete_object<Groups>(C);
template H create_object<Groups>(C);
template H list_objects<Groups, tenant_scope>(C);
template H count_objects<Groups, tenant_scope>(C);
template H list_objects<Groups, member_of_scope>(C);
template H count_objects<Groups, member_of_scope>(C);

template H list_objects<Groups, deleted_scope>(C);
template H count_objects<Groups, deleted_scope>(C);

template H get_object<Teams>(C);
template H update_object<Teams>(C);
template H delete_object<Teams>(C);
template H list_objects<Teams, all_teams_scope>(C);
template H count_objects<Teams, all_teams_scope>(C);
template H list_objects<Teams, joined_teams_scope>(C);
template H count_objects<Teams, joined_teams_scope>(C);

template H get_object<Contacts>(C);
template H update_object<Contacts>(C);
template H delete_object<Contacts>(C);
template H create_object<Contacts>(C);
template H list_objects<Contacts, folder_scope>(C);
template H count_objects<Contacts, folder_scope>(C);

template H get_object<ContactFolders>(C);
template H update_object<ContactFolders>(C);
template H delete_object<ContactFolders>(C);
template H create_object<ContactFolders>(C);
template H list_objects<ContactFolders, folder_scope>(C);
template H count_objects<ContactFolders, folder_scope>(C);

}  // namespace cameo::graph
