#include "graph/members.h"

#include <algorithm>
#include <boost/json.hpp>
#include <string_view>
#include <utility>

#include "directory/property.h"
#include "graph/entry_json.h"
#include "graph/entry_reply.h"
#include "graph/entry_write.h"
#include "graph/reach.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using access::Operation;
using access::Subject;
using directory::User;

constexpr std::size_t kMostMembers = 100;  // of one request
constexpr EntryKind kReferenceKind{.type = "reference"};

// The key of `https://host/v1.0/users/{key}`, of `directoryObjects/{key}`, of `users('{key}')`.
std::string_view key_in(std::string_view reference) {
    const auto quote = reference.find("('");
    if (quote != std::string_view::npos && reference.ends_with("')"))
        return reference.substr(quote + 2, reference.size() - quote - 4);
    const auto slash = reference.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : reference.substr(slash + 1);
}

// The id of the user that a reference names; a null one names nobody.
Result<std::string> referred_user(const Call& call, const json::value* reference,
                                  std::string_view member) {
    const auto* text = reference == nullptr ? nullptr : reference->if_string();
    const auto key = percent_decode(text == nullptr ? std::string_view() : key_in(*text));
    if (!key || key->empty()) return wrong_member(member, "does not refer to a user");
    const auto user = call.directory.user(call.principal.tenant, *key, call.lookups.deadline());
    if (!user) return std::unexpected(user.error());
    if (!*user) return std::unexpected(nobody(*key));
    return (*user)->id;
}

// What stands for a member: a reference, or a team's object that holds one. Null where it holds
// none.
const json::value* reference_in(const json::value& item) {
    const auto* object = item.if_object();
    return object == nullptr ? &item : object->if_contains("user@odata.bind");
}

Result<void> append_members(const Call& call, const json::object& body, std::string_view name,
                            std::vector<std::string>& users) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null()) return {};
    if (!value->is_array()) return wrong_member(name, "is not a list");
    if (value->get_array().size() > kMostMembers)
        return wrong_member(name, "has more than 100 items");
    for (const auto& item : value->get_array()) {
        auto user = referred_user(call, reference_in(item), name);
        if (!user) return std::unexpected(std::move(user.error()));
        if (std::ranges::find(users, *user) == users.end()) users.push_back(*std::move(user));
    }
    return {};
}

Listing<User> listing(const Call& call, const std::string& group) {
    return {.frame = {kUserKind, "users"}, .read = [&call, group](const directory::Query& query) {
                return call.directory.list_users(
                    {.tenant = call.principal.tenant, .members_of = group}, query,
                    call.lookups.deadline());
            }};
}

}  // namespace

Result<std::vector<std::string>> bound_members(const Call& call, const json::object& body) {
    std::vector<std::string> users;
    auto done = append_members(call, body, "members@odata.bind", users);
    if (done) done = append_members(call, body, "members", users);
    if (!done) return std::unexpected(std::move(done.error()));
    return users;
}

Result<void> add_members(const Call& call, const std::string& group,
                         const std::vector<std::string>& users) {
    for (const auto& user : users)
        if (auto added = call.directory.store().add_member(call.principal.tenant, group, user,
                                                           call.lookups.deadline());
            !added)
            return added;
    return {};
}

Result<http::Reply> list_members(const Call& call) {
    const auto group = reach_group(call, Subject::group, Operation::read);
    if (!group) return std::unexpected(group.error());
    return list_reply(call, listing(call, (*group)->id));
}

Result<http::Reply> count_members(const Call& call) {
    const auto group = reach_group(call, Subject::group, Operation::read);
    if (!group) return std::unexpected(group.error());
    return count_reply(call, listing(call, (*group)->id));
}

Result<http::Reply> post_member(const Call& call) {
    const auto group = reach_group(call, Subject::group, Operation::write);
    if (!group) return std::unexpected(group.error());
    const auto body = read_object(call, kReferenceKind, Write::create);
    if (!body) return std::unexpected(body.error());
    const auto* reference = body->if_contains("@odata.id");
    if (reference == nullptr) return wrong_member("@odata.id", "is required");
    const auto user = referred_user(call, reference, "@odata.id");
    if (!user) return std::unexpected(user.error());
    if (auto added = add_members(call, (*group)->id, {*user}); !added)
        return std::unexpected(added.error());
    return no_content();
}

Result<http::Reply> delete_member(const Call& call) {
    const auto group = reach_group(call, Subject::group, Operation::write);
    if (!group) return std::unexpected(group.error());
    if (!directory::can_be_id<User>(call.route.item))
        return std::unexpected(nobody(call.route.item));
    if (auto work = call.on_the_work_lane(); !work) return std::unexpected(work.error());
    const auto removed = call.directory.store().remove_member(
        call.principal.tenant, (*group)->id, call.route.item, call.lookups.deadline());
    if (!removed) return std::unexpected(removed.error());
    if (!*removed) return std::unexpected(nobody(call.route.item));
    return no_content();
}

}  // namespace cameo::graph
