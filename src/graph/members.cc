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
#include "graph/object_json.h"
#include "graph/object_reply.h"
#include "graph/object_write.h"
#include "graph/reach.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using access::Operation;
using access::Subject;
using directory::User;

constexpr std::size_t kMostMembers = 100;  // of one request
constexpr EntitySchema kReferenceKind{.type = "reference"};

// The key of `https://host/v1.0/users/{key}`, of `directoryObjects/{key}`, of `users('{key}')`.
std::string_view key_in(std::string_view reference) {
    const auto quote = reference.find("('");
    if (quote != std::string_view::npos && reference.ends_with("')")) {
        const auto quoted = reference.substr(quote + 2);
        return quoted.substr(0, quoted.size() - std::min<std::size_t>(quoted.size(), 2));
    }
    const auto slash = reference.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : reference.substr(slash + 1);
}

// The id of the user that a reference names; a null one names nobody. Who may not read users learns
// of no name whether it is taken.
Result<std::string> referred_user(const Call& call, const json::value* reference,
                                  std::string_view member) {
    const auto* text = reference == nullptr ? nullptr : reference->if_string();
    const auto key = percent_decode(text == nullptr ? std::string_view() : key_in(*text));
    if (!key || key->empty()) return wrong_member(member, "does not refer to a user");
    if (!is_guid(*key) && readable_people(call).others == Extent::id)
        return wrong_member(member,
                            "does not refer to a user by id, as a caller must who may not read "
                            "users");
    const auto user = call.directory.user(call.principal.tenant, *key, call.lookups.deadline());
    if (!user) return std::unexpected(user.error());
    if (!*user) return std::unexpected(nobody(*key));
    return (*user)->id;
}

Result<json::array> list_in(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null()) return json::array();
    if (!value->is_array()) return wrong_member(name, "is not a list");
    if (value->get_array().size() > kMostMembers)
        return wrong_member(name, "has more than 100 items");
    return value->get_array();
}

Result<void> append_referred(const Call& call, const json::object& body, std::string_view name,
                             std::vector<std::string>& users) {
    const auto list = list_in(body, name);
    if (!list) return std::unexpected(list.error());
    for (const auto& item : *list) {
        const auto user = referred_user(call, &item, name);
        if (!user) return std::unexpected(user.error());
        include(users, *user);
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

// An item is a reference, or a team's object that holds one.
Result<void> append_members(const Call& call, const json::object& body, People& people) {
    constexpr std::string_view kName = "members";
    const auto list = list_in(body, kName);
    if (!list) return std::unexpected(list.error());
    for (const auto& item : *list) {
        const auto* object = item.if_object();
        const auto* reference = object == nullptr ? &item : object->if_contains("user@odata.bind");
        const auto user = referred_user(call, reference, kName);
        if (!user) return std::unexpected(user.error());
        include(people.members, *user);
        if (object != nullptr && is_owner(*object)) include(people.owners, *user);
    }
    return {};
}

Listing<User> listing(const Call& call, directory::Scope scope) {
    scope.tenant = call.principal.tenant;
    return {.frame = {.kind = kUserKind, .set = "users", .typed_items = true},
            .readable = readable_people(call),
            .read = [&call, scope = std::move(scope)](const directory::Query& query) {
                return call.directory.list_users(scope, query, call.lookups.deadline());
            }};
}

// Nobody, where the membership is hidden from the caller.
Result<Listing<User>> members_listing(const Call& call) {
    const auto group = reach_group(call, Subject::member, Operation::read);
    if (!group) return std::unexpected(group.error());
    const auto seen = sees_members(call, **group);
    if (!seen) return std::unexpected(seen.error());
    auto members = listing(call, {.members_of = (*group)->id});
    if (!*seen)
        members.read = [](const directory::Query& query) {
            directory::Page<User> none;
            if (query.count) none.count = 0;
            return none;
        };
    return members;
}

Result<Listing<User>> owners_listing(const Call& call) {
    const auto group = reach_group(call, Subject::owner, Operation::read);
    if (!group) return std::unexpected(group.error());
    return listing(call, {.owners_of = (*group)->id});
}

// What a write that changed no membership answers: 204 to who does not see the members, since
// anything else would say who is one.
Result<http::Reply> unchanged(const Call& call, Subject subject, const directory::Group& group,
                              Error told) {
    if (subject == Subject::member) {
        const auto seen = sees_members(call, group);
        if (!seen) return std::unexpected(seen.error());
        if (!*seen) return no_content();
    }
    return std::unexpected(std::move(told));
}

using Change = Result<void> (directory::Store::*)(std::string_view tenant, std::string_view group,
                                                  std::string_view user, Deadline deadline,
                                                  const ActingOwner& acting_owner);
using Removal = Result<bool> (directory::Store::*)(std::string_view tenant, std::string_view group,
                                                   std::string_view user, Deadline deadline,
                                                   const ActingOwner& acting_owner);

// POST of `/$ref`.
Result<http::Reply> post_reference(const Call& call, Subject subject, Change add) {
    const auto group = reach_group(call, subject, Operation::write);
    if (!group) return std::unexpected(group.error());
    const auto body = read_object(call, kReferenceKind, Write::create);
    if (!body) return std::unexpected(body.error());
    const auto* reference = body->if_contains("@odata.id");
    if (reference == nullptr) return wrong_member("@odata.id", "is required");
    const auto user = referred_user(call, reference, "@odata.id");
    if (!user) return std::unexpected(user.error());
    auto added = (call.directory.store().*add)(
        call.principal.tenant, (*group)->id, *user, call.lookups.deadline(),
        acting_owner(call, **group, subject, Operation::write));
    if (!added && added.error().fault == Fault::conflict)
        return unchanged(call, subject, **group, std::move(added.error()));
    if (!added) return std::unexpected(std::move(added.error()));
    return no_content();
}

// DELETE of `/{user id}/$ref`.
Result<http::Reply> delete_reference(const Call& call, Subject subject, Removal remove) {
    const auto group = reach_group(call, subject, Operation::write);
    if (!group) return std::unexpected(group.error());
    if (!directory::can_be_id<User>(call.route.item))
        return std::unexpected(nobody(call.route.item));
    if (auto work = call.on_the_work_lane(); !work) return std::unexpected(work.error());
    const auto removed = (call.directory.store().*remove)(
        call.principal.tenant, (*group)->id, call.route.item, call.lookups.deadline(),
        acting_owner(call, **group, subject, Operation::write));
    if (!removed) return std::unexpected(removed.error());
    if (!*removed) return unchanged(call, subject, **group, nobody(call.route.item));
    return no_content();
}

template <class Reply>
Result<http::Reply> answer(const Call& call, const Result<Listing<User>>& listing, Reply reply) {
    if (!listing) return std::unexpected(listing.error());
    return reply(call, *listing);
}

}  // namespace

void include(std::vector<std::string>& users, const std::string& user) {
    if (std::ranges::find(users, user) == users.end()) users.push_back(user);
}

Result<People> bound_people(const Call& call, const json::object& body) {
    People people;
    auto done = append_referred(call, body, "owners@odata.bind", people.owners);
    if (done) done = append_referred(call, body, "members@odata.bind", people.members);
    if (done) done = append_referred(call, body, "owners", people.owners);
    if (done) done = append_members(call, body, people);
    if (!done) return std::unexpected(std::move(done.error()));
    return people;
}

Result<void> check_no_people(const json::object& body) {
    constexpr std::array<std::array<std::string_view, 2>, 4> kNames{
        {{"members@odata.bind", "members"},
         {"members", "members"},
         {"owners@odata.bind", "owners"},
         {"owners", "owners"}}};
    for (const auto& [name, list] : kNames) {
        const auto* value = body.if_contains(name);
        if (value == nullptr || value->is_null()) continue;
        return wrong_member(
            name,
            fmt::format("is not taken by a change: POST of /groups/{{id}}/{}/$ref adds one", list));
    }
    return {};
}

Result<http::Reply> list_members(const Call& call) {
    return answer(call, members_listing(call), list_reply<User>);
}

Result<http::Reply> count_members(const Call& call) {
    return answer(call, members_listing(call), count_reply<User>);
}

Result<http::Reply> post_member(const Call& call) {
    return post_reference(call, Subject::member, &directory::Store::add_member);
}

Result<http::Reply> delete_member(const Call& call) {
    return delete_reference(call, Subject::member, &directory::Store::remove_member);
}

Result<http::Reply> list_owners(const Call& call) {
    return answer(call, owners_listing(call), list_reply<User>);
}

Result<http::Reply> count_owners(const Call& call) {
    return answer(call, owners_listing(call), count_reply<User>);
}

Result<http::Reply> post_owner(const Call& call) {
    return post_reference(call, Subject::owner, &directory::Store::add_owner);
}

Result<http::Reply> delete_owner(const Call& call) {
    return delete_reference(call, Subject::owner, &directory::Store::remove_owner);
}

}  // namespace cameo::graph
