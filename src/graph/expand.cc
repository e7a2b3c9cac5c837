#include "graph/expand.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "directory/directory.h"
#include "directory/query.h"
#include "directory/store.h"
#include "graph/authorize.h"
#include "graph/kept_json.h"
#include "graph/object_json.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::Group;
using directory::User;

constexpr std::size_t kMaxItems = 20;

std::unexpected<Error> unsupported(std::string_view what) {
    return fail(Fault::unsupported_query,
                fmt::format("The query option $expand supports one property with an optional "
                            "$select: {}.",
                            what));
}

// The inner $select of `members($select=id,displayName)`.
Result<Options> inner_options(std::string_view text) {
    const auto pair = trim(text);
    if (pair.find(';') != std::string_view::npos) return unsupported("not several options");
    const auto equals = pair.find('=');
    const auto name = trim(pair.substr(0, equals));
    if (equals == std::string_view::npos ||
        (!equals_ignoring_case(name, "$select") && !equals_ignoring_case(name, "select")))
        return unsupported(fmt::format("not '{}'", name));
    Options options;
    auto names = select_names(pair.substr(equals + 1));
    if (!names) return std::unexpected(std::move(names.error()));
    const bool all = names->empty() || std::ranges::find(*names, "*") != names->end();
    if (!all) options.select = *std::move(names);
    return options;
}

json::object user_item(const RequestContext& context, const User& user, const Options& options) {
    json::object item;
    if (options.level != MetadataLevel::none) item["@odata.type"] = "#microsoft.graph.user";
    Options inner{.level = options.level, .select = options.expanded_select};
    append_object(item, user, kUserSchema, inner, readable_users(context).of(user.id));
    return item;
}

bool kept_is_expanded(const Options& options) {
    return selects_kept({.select = options.expanded_select}, kUserSchema);
}

Result<void> append_manager(json::object& item, const RequestContext& context, const User& user,
                            const Options& options) {
    const auto& tenant = context.principal->tenant;
    const auto id = context.directory.store().manager_of(tenant, user.id, context.deadline());
    if (!id) return std::unexpected(id.error());
    if (!*id) return {};
    const auto manager = kept_is_expanded(options)
                             ? context.directory.find_with_kept<User>(tenant, **id, context.wait)
                             : context.directory.find<User>(tenant, **id, context.wait);
    if (!manager) return std::unexpected(manager.error());
    if (**manager) item["manager"] = user_item(context, ***manager, options);
    return {};
}

Result<void> append_people(json::object& item, const RequestContext& context, const Group& group,
                           const Options& options) {
    json::array people;
    const bool members = options.expansion == "members";
    const auto seen = members ? sees_members(context, group) : Result<std::optional<bool>>(true);
    if (!seen) return std::unexpected(seen.error());
    if (**seen) {
        directory::Scope scope{.tenant = context.principal->tenant};
        (members ? scope.members_of : scope.owners_of) = group.id;
        const directory::Query query{
            .by_id = true, .top = kMaxItems, .with_kept = kept_is_expanded(options)};
        const auto page = context.directory.list<User>(scope, query, context.deadline());
        if (!page) return std::unexpected(page.error());
        for (const auto& user : page->objects) people.push_back(user_item(context, user, options));
    }
    item[options.expansion] = std::move(people);
    return {};
}

}  // namespace

Result<void> resolve_expand(Options& options, const EntitySchema& schema) {
    if (!options.expand) return {};
    const std::string_view text = trim(*options.expand);
    const auto open = std::min(text.find('('), text.size());
    const auto name = trim(text.substr(0, open));
    if (name.find(',') != std::string_view::npos) return unsupported("not several properties");
    const auto known = std::ranges::find_if(
        schema.expandable, [&](std::string_view each) { return equals_ignoring_case(each, name); });
    if (known == schema.expandable.end())
        return fail(Fault::malformed,
                    fmt::format("The query option '$expand' is not supported for '{}' of a {}.",
                                name, schema.type));
    options.expansion = *known;
    if (open == text.size()) return {};
    if (!text.ends_with(')')) return fail(Fault::malformed, "The query option $expand lacks ')'.");
    auto inner = inner_options(text.substr(open + 1, text.size() - open - 2));
    if (!inner) return std::unexpected(std::move(inner.error()));
    if (auto valid = resolve_select(*inner, kUserSchema); !valid) return valid;
    options.expanded_select = std::move(inner->select);
    return {};
}

Result<void> check_expansion(const RequestContext& context, const Options& options) {
    if (options.expansion.empty()) return {};
    const auto resource = options.expansion == "manager"   ? access::Resource::manager
                          : options.expansion == "members" ? access::Resource::member
                                                           : access::Resource::owner;
    if (!reads_all(context, resource)) return fail(Fault::denied, "");
    return {};
}

template <class Object>
Result<void> append_expansion(json::object& item, const RequestContext& context,
                              const Object& object, const Options& options) {
    if (options.expansion.empty()) return {};
    if constexpr (std::is_same_v<Object, User>)
        return append_manager(item, context, object, options);
    else if constexpr (std::is_same_v<Object, Group>)
        return append_people(item, context, object, options);
    else
        return {};
}

template Result<void> append_expansion(json::object&, const RequestContext&, const User&,
                                       const Options&);
template Result<void> append_expansion(json::object&, const RequestContext&, const Group&,
                                       const Options&);
template Result<void> append_expansion(json::object&, const RequestContext&,
                                       const directory::Contact&, const Options&);
template Result<void> append_expansion(json::object&, const RequestContext&,
                                       const directory::ContactFolder&, const Options&);

}  // namespace cameo::graph
