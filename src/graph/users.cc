#include "graph/users.h"

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "directory/objects.h"
#include "graph/object_json.h"
#include "graph/object_reply.h"
#include "graph/object_write.h"
#include "graph/reach.h"

namespace cameo::graph {
namespace {

using access::Operation;
using access::Subject;
using directory::User;

Frame frame() { return {kUserKind, "users"}; }

// Empty for any.
std::vector<std::string> domains_of(const Call& call) {
    const auto domains = call.settings.domains_of_tenant.find(call.principal.tenant);
    return domains == call.settings.domains_of_tenant.end() ? std::vector<std::string>()
                                                            : domains->second;
}

Listing<User> listing(const Call& call) {
    return {.frame = frame(),
            .readable = readable_people(call),
            .read = [&call](const directory::Query& query) {
                return call.directory.list_users({.tenant = call.principal.tenant}, query,
                                                 call.lookups.deadline());
            }};
}

}  // namespace

Result<http::Reply> get_user(const Call& call) {
    const auto user = reach_user(call, Subject::user, Operation::read_basic);
    if (!user) return std::unexpected(user.error());
    const auto options = object_options(call);
    if (!options) return std::unexpected(options.error());
    return object_reply(call, 200, frame(), **user, *options, {},
                        readable_people(call).of((*user)->id));
}

Result<http::Reply> list_users(const Call& call) {
    if (auto may = reach_all(call, Subject::user, Operation::read_basic); !may)
        return std::unexpected(may.error());
    return list_reply(call, listing(call));
}

Result<http::Reply> count_users(const Call& call) {
    if (auto may = reach_all(call, Subject::user, Operation::read_basic); !may)
        return std::unexpected(may.error());
    return count_reply(call, listing(call));
}

Result<http::Reply> post_user(const Call& call) {
    if (auto may = reach_all(call, Subject::user, Operation::create); !may)
        return std::unexpected(may.error());
    const auto body = read_object(call, kUserKind, Write::create);
    if (!body) return std::unexpected(body.error());
    auto id = id_of_new(*body);
    if (!id) return std::unexpected(std::move(id.error()));
    User user{.tenant = call.principal.tenant, .id = *std::move(id)};
    auto fine = read_object(*body, kUserKind, user);
    if (fine) fine = directory::check(user, domains_of(call));
    if (fine) fine = call.directory.add(user, call.lookups.deadline());
    if (!fine) return std::unexpected(std::move(fine.error()));
    return object_reply(call, 201, frame(), user, {}, location_field(call, "users/" + user.id),
                        readable_people(call).of(user.id));
}

Result<http::Reply> patch_user(const Call& call) {
    const auto user = reach_user(call, Subject::user, Operation::write);
    if (!user) return std::unexpected(user.error());
    const auto body = read_object(call, kUserKind, Write::change);
    if (!body) return std::unexpected(body.error());
    const auto apply = [&](User& object) -> Result<void> {
        const User before = object;
        auto fine = check_same_id(*body, object.id);
        if (fine) fine = read_object(*body, kUserKind, object);
        if (fine) fine = directory::check(object, domains_of(call), &before);
        return fine;
    };
    const auto changed = call.directory.change_user(call.principal.tenant, (*user)->id, apply,
                                                    call.lookups.deadline());
    if (!changed) return std::unexpected(changed.error());
    if (!*changed) return std::unexpected(nobody((*user)->id));
    return no_content();
}

Result<http::Reply> delete_user(const Call& call) {
    const auto user = reach_user(call, Subject::user, Operation::write);
    if (!user) return std::unexpected(user.error());
    if (auto work = call.on_the_work_lane(); !work) return std::unexpected(work.error());
    return finish_removal(call, (*user)->id,
                          call.directory.remove_user(call.principal.tenant, (*user)->id,
                                                     call.clock.now(), call.lookups.deadline()));
}

}  // namespace cameo::graph
