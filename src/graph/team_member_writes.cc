#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "directory/membership.h"
#include "directory/store.h"
#include "graph/authorize.h"
#include "graph/entity_schema.h"
#include "graph/errors.h"
#include "graph/members.h"
#include "graph/object_json.h"
#include "graph/odata.h"
#include "graph/resources.h"
#include "graph/team_member_view.h"
#include "graph/team_members.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using directory::Concerns;
using directory::Membership;
using directory::MembershipChange;
using directory::User;

constexpr std::string_view kReference = "user@odata.bind";
constexpr std::string_view kValues = "values";
constexpr std::size_t kMaxValues = 200;  // as in Graph

Result<void> check_type(const json::object& item) {
    constexpr std::string_view kName = "@odata.type";
    const auto* value = item.if_contains(kName);
    if (value == nullptr || value->is_null()) return {};
    std::string_view type = value->is_string() ? std::string_view(value->get_string()) : "";
    if (type.starts_with('#')) type.remove_prefix(1);
    if (equals_ignoring_case(cast_type(type), kTeamMemberSchema.type)) return {};
    return wrong_member(kName, fmt::format("is not 'microsoft.graph.{}'", kTeamMemberSchema.type));
}

// Whether the roles of the item are those of an owner; nullopt without roles.
Result<std::optional<bool>> owner_role(const json::object& item) {
    const auto* value = item.if_contains("roles");
    if (value == nullptr) return std::nullopt;
    if (value->is_null()) return false;
    const auto* roles = value->if_array();
    const auto is_owner = [](const json::value& role) {
        return role.is_string() && equals_ignoring_case(role.get_string(), "owner");
    };
    if (roles == nullptr || !std::ranges::all_of(*roles, is_owner))
        return wrong_member("roles", "is not a list that is empty or has 'owner'");
    return !roles->empty();
}

// What an item of a body says of a user.
struct NewMember {
    const json::value* reference = nullptr;
    bool owner = false;
};

Result<NewMember> read_new_member(const json::object& item) {
    auto valid = check_type(item);
    if (valid) valid = check_references(item, {kReference});
    if (!valid) return std::unexpected(std::move(valid.error()));
    const auto owner = owner_role(item);
    if (!owner) return std::unexpected(owner.error());
    return NewMember{item.if_contains(kReference), owner->value_or(false)};
}

MembershipChange addition(const RequestContext& context, std::string user, bool owner) {
    return {.user = std::move(user),
            .member = true,
            .owner = owner ? std::optional(true) : std::nullopt,
            .spares_owners = !writes_owner_role(context)};
}

MembershipChange removal(const RequestContext& context, std::string user) {
    return {.user = std::move(user),
            .member = false,
            .owner = false,
            .spares_owners = !writes_owner_role(context)};
}

bool is_removal(const MembershipChange& change) { return change.member == false; }

// The result of a change as the caller may know it: that a user is so already is a fault only for
// callers who may see the members.
Result<void> told(const MembershipChange& change, const Result<Membership>& before, bool seen) {
    const bool is_gone = !before && before.error().fault == Fault::no_owner;
    if (!before && !is_gone) return std::unexpected(before.error());
    if (is_gone && (seen || !is_removal(change)))
        return std::unexpected(resource_not_found(change.user));
    if (is_gone || !seen || directory::changed(change, *before) != *before) return {};
    if (is_removal(change)) return std::unexpected(resource_not_found(change.user));
    return fail(Fault::conflict, std::string(directory::kAlreadyMember));
}

// The result of each change.
Result<std::vector<Result<void>>> write(const RequestContext& context,
                                        const std::vector<MembershipChange>& changes) {
    const auto& group = *context.found.group;
    const auto seen = sees_members(context, group);
    if (!seen) return std::unexpected(seen.error());
    const auto before = context.directory.store().change_memberships(
        group.tenant, group.id, changes, context.deadline(), context.found.acting_owner);
    if (!before && before.error().fault == Fault::no_owner)
        return std::unexpected(resource_not_found(group.id));
    if (!before) return std::unexpected(before.error());
    std::vector<Result<void>> results;
    for (std::size_t i = 0; i < changes.size(); ++i)
        results.push_back(told(changes[i], (*before)[i], **seen));
    return results;
}

Result<void> write_one(const RequestContext& context, const MembershipChange& change) {
    auto results = write(context, {change});
    if (!results) return std::unexpected(std::move(results.error()));
    return results->front();
}

// The member with this id after a write. The roles of a user are no secret: those of owners.
Result<TeamMember> member_after(const RequestContext& context, const std::string& user) {
    const auto& tenant = context.principal->tenant;
    const auto found = context.directory.find<User>(tenant, user, context.wait);
    if (!found) return std::unexpected(found.error());
    if (!**found) return std::unexpected(resource_not_found(user));
    const auto owns = context.directory.store().is_owner(tenant, context.found.group->id, user,
                                                         context.deadline());
    if (!owns) return std::unexpected(owns.error());
    return TeamMember{***found, *owns};
}

// Who sees the members may change each of them, others the owners whom they see.
Result<Concerns> concerned(const RequestContext& context) {
    const auto seen = sees_members(context, *context.found.group);
    if (!seen) return std::unexpected(seen.error());
    return **seen ? Concerns::people : Concerns::owners;
}

Result<void> change_role(const RequestContext& context, const TeamMember& member, bool owner) {
    const bool may = writes_owner_role(context);
    if (owner && !may) return fail(Fault::denied, "");
    const auto concerns = concerned(context);
    if (!concerns) return std::unexpected(concerns.error());
    // Without the role, an owner who is no member would not be in the team.
    const MembershipChange change{.user = member.user.id,
                                  .member = owner ? std::nullopt : std::optional(true),
                                  .owner = owner,
                                  .concerns = *concerns,
                                  .spares_owners = !may};
    const auto& group = *context.found.group;
    const auto before = context.directory.store().change_memberships(
        group.tenant, group.id, {change}, context.deadline(), context.found.acting_owner);
    if (!before) return std::unexpected(before.error());
    const auto& result = before->front();
    if (!result && result.error().fault == Fault::no_owner) return no_membership(context);
    if (!result) return std::unexpected(result.error());
    return {};
}

// One item of `values` of members/add and members/remove.
struct BulkItem {
    std::string user;  // the id; the key as sent, where there is no such user
    std::optional<Error> fault;
    bool owner = false;
};

Result<BulkItem> read_bulk_item(const RequestContext& context, const json::value& value) {
    const auto* object = value.if_object();
    if (object == nullptr) return wrong_member(kValues, "is not a list of objects");
    const auto member = read_new_member(*object);
    if (!member) return std::unexpected(member.error());
    auto user = referred_user(context, member->reference, kReference);
    if (user) return BulkItem{.user = *std::move(user), .owner = member->owner};
    if (user.error().fault != Fault::no_owner) return std::unexpected(std::move(user.error()));
    return BulkItem{.user = referred_key(member->reference->get_string()),
                    .fault = std::move(user.error())};
}

Result<std::vector<BulkItem>> read_bulk(const RequestContext& context) {
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    const auto* value = body->if_contains(kValues);
    const auto* list = value == nullptr ? nullptr : value->if_array();
    if (list == nullptr || list->empty() || list->size() > kMaxValues)
        return wrong_member(kValues, fmt::format("is not a list of 1 to {} items", kMaxValues));
    std::vector<BulkItem> items;
    for (const auto& each : *list) {
        auto item = read_bulk_item(context, each);
        if (!item) return std::unexpected(std::move(item.error()));
        items.push_back(*std::move(item));
    }
    return items;
}

using MakeChange = MembershipChange (*)(const RequestContext&, const BulkItem&);

// Makes the changes of the items that name a user; the others have their fault already.
Result<void> write_all(const RequestContext& context, std::vector<BulkItem>& items,
                       MakeChange make) {
    std::vector<MembershipChange> changes;
    for (const auto& item : items)
        if (!item.fault) changes.push_back(make(context, item));
    auto results = write(context, changes);
    if (!results) return std::unexpected(std::move(results.error()));
    auto next = results->begin();
    for (auto& item : items) {
        if (item.fault) continue;
        if (!*next) item.fault = std::move(next->error());
        ++next;
    }
    return {};
}

bool any_failed(const std::vector<BulkItem>& items) {
    return std::ranges::any_of(items, [](const auto& item) { return item.fault.has_value(); });
}

HandlerResult bulk_reply(const RequestContext& context, const Options& options,
                         const std::vector<BulkItem>& items) {
    constexpr std::string_view kResult = "microsoft.graph.aadUserConversationMemberResult";
    const bool annotated = options.level != MetadataLevel::none;
    json::array value;
    for (const auto& item : items) {
        json::object result;
        if (annotated) result["@odata.type"] = fmt::format("#{}", kResult);
        result["userId"] = item.user;
        result["error"] = item.fault ? json::value(public_error(*item.fault)) : nullptr;
        value.push_back(std::move(result));
    }
    json::object body;
    if (annotated)
        body["@odata.context"] =
            fmt::format("{}/$metadata#Collection({})", context.base_url(), kResult);
    body["value"] = std::move(value);
    return negotiated(json_reply(any_failed(items) ? 207 : 200, body));
}

}  // namespace

HandlerResult post_team_member(const RequestContext& context) {
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    const auto options = member_options(context, OptionSet::object);
    if (!options) return std::unexpected(options.error());
    const auto member = read_new_member(*body);
    if (!member) return std::unexpected(member.error());
    if (member->owner && !writes_owner_role(context)) return fail(Fault::denied, "");
    const auto user = referred_user(context, member->reference, kReference);
    if (!user) return std::unexpected(user.error());
    if (auto done = write_one(context, addition(context, *user, member->owner)); !done)
        return std::unexpected(std::move(done.error()));
    const auto added = member_after(context, *user);
    if (!added) return std::unexpected(added.error());
    return member_reply(context, 201, *added, *options,
                        location_field(context, membership_path(context, added->user)));
}

HandlerResult patch_team_member(const RequestContext& context) {
    auto member = find_team_member(context);
    if (!member) return std::unexpected(member.error());
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    const auto options = member_options(context, OptionSet::object);
    if (!options) return std::unexpected(options.error());
    auto valid = check_type(*body);
    if (valid) valid = check_references(*body, {});
    if (!valid) return std::unexpected(std::move(valid.error()));
    const auto owner = owner_role(*body);
    if (!owner) return std::unexpected(owner.error());
    if (*owner) {
        if (auto done = change_role(context, *member, **owner); !done)
            return std::unexpected(std::move(done.error()));
        member->owns = **owner;
    }
    return member_reply(context, 200, *member, *options);
}

HandlerResult delete_team_member(const RequestContext& context) {
    const auto user = user_of_membership(context, context.route.item);
    if (user.empty()) return no_membership(context);
    const auto done = write_one(context, removal(context, user));
    if (!done && done.error().fault == Fault::no_owner) return no_membership(context);
    if (!done) return std::unexpected(done.error());
    return no_content();
}

HandlerResult add_team_members(const RequestContext& context) {
    auto items = read_bulk(context);
    if (!items) return std::unexpected(std::move(items.error()));
    const auto options = parse_options(context.target.query(), context.request.find("accept"));
    if (!options) return std::unexpected(options.error());
    if (!writes_owner_role(context) && std::ranges::any_of(*items, &BulkItem::owner))
        return fail(Fault::denied, "");
    const auto make = [](const RequestContext& of, const BulkItem& item) {
        return addition(of, item.user, item.owner);
    };
    if (auto done = write_all(context, *items, make); !done)
        return std::unexpected(std::move(done.error()));
    return bulk_reply(context, *options, *items);
}

HandlerResult remove_team_members(const RequestContext& context) {
    auto items = read_bulk(context);
    if (!items) return std::unexpected(std::move(items.error()));
    const auto options = parse_options(context.target.query(), context.request.find("accept"));
    if (!options) return std::unexpected(options.error());
    const auto make = [](const RequestContext& of, const BulkItem& item) {
        return removal(of, item.user);
    };
    if (auto done = write_all(context, *items, make); !done)
        return std::unexpected(std::move(done.error()));
    if (!any_failed(*items)) return no_content();
    return bulk_reply(context, *options, *items);
}

}  // namespace cameo::graph
