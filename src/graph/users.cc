#include "graph/users.h"

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "directory/objects.h"
#include "graph/authorize.h"
#include "graph/object_json.h"
#include "graph/object_reply.h"
#include "graph/object_write.h"

namespace cameo::graph {
namespace {

using directory::User;

ODataContext odata_context() { return {kUserSchema, "users"}; }

// Empty for any.
std::vector<std::string> domains_of(const RequestContext& context) {
    const auto domains = context.settings.domains_of_tenant.find(context.principal->tenant);
    return domains == context.settings.domains_of_tenant.end() ? std::vector<std::string>()
                                                               : domains->second;
}

ListEndpoint<User> list_endpoint(const RequestContext& context) {
    return {.odata = odata_context(),
            .readable = readable_users(context),
            .read = [&context](const directory::Query& query) {
                return context.directory.list_users({.tenant = context.principal->tenant}, query,
                                                    context.deadline());
            }};
}

}  // namespace

HandlerResult get_user(const RequestContext& context) {
    const auto& user = context.found.user;
    const auto options = object_options(context);
    if (!options) return std::unexpected(options.error());
    return object_reply(context, 200, odata_context(), *user, *options, {},
                        readable_users(context).of(user->id));
}

HandlerResult list_users(const RequestContext& context) {
    return list_reply(context, list_endpoint(context));
}

HandlerResult count_users(const RequestContext& context) {
    return count_reply(context, list_endpoint(context));
}

HandlerResult post_user(const RequestContext& context) {
    const auto body = read_object(context, kUserSchema, Write::create);
    if (!body) return std::unexpected(body.error());
    auto id = id_of_new(*body);
    if (!id) return std::unexpected(std::move(id.error()));
    User user{.tenant = context.principal->tenant, .id = *std::move(id)};
    auto fine = read_object(*body, kUserSchema, user);
    if (fine) fine = directory::check(user, domains_of(context));
    if (fine) fine = context.directory.add(user, context.deadline());
    if (!fine) return std::unexpected(std::move(fine.error()));
    return object_reply(context, 201, odata_context(), user, {},
                        location_field(context, "users/" + user.id),
                        readable_users(context).of(user.id));
}

HandlerResult patch_user(const RequestContext& context) {
    const auto& user = context.found.user;
    const auto body = read_object(context, kUserSchema, Write::change);
    if (!body) return std::unexpected(body.error());
    const auto apply = [&](User& object) -> Result<void> {
        const User before = object;
        auto fine = check_same_id(*body, object.id);
        if (fine) fine = read_object(*body, kUserSchema, object);
        if (fine) fine = directory::check(object, domains_of(context), &before);
        return fine;
    };
    const auto changed = context.directory.change_user(context.principal->tenant, user->id, apply,
                                                       context.deadline());
    if (!changed) return std::unexpected(changed.error());
    if (!*changed) return std::unexpected(resource_not_found(user->id));
    return no_content();
}

HandlerResult delete_user(const RequestContext& context) {
    const auto& user = context.found.user;
    return finish_removal(context, user->id,
                          context.directory.remove_user(context.principal->tenant, user->id,
                                                        context.clock.now(), context.deadline()));
}

}  // namespace cameo::graph
