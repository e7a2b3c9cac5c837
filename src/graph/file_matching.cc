#include "graph/file_matching.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "graph/authorize.h"
#include "graph/entity_schema.h"
#include "graph/errors.h"
#include "graph/object_json.h"
#include "graph/request_context.h"
#include "matching/name_match.h"
#include "matching/name_pattern.h"
#include "matching/owner_index.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;
using matching::Match;
using matching::MatchState;
using matching::OwnerIndex;
using matching::Pattern;

constexpr std::size_t kMaxNames = 1'000;
constexpr std::size_t kLongestName = 1'000;  // bytes; file systems allow 255 for a part of a path

struct MatchRequest {
    std::vector<std::string> files;
    Pattern pattern = Pattern::default_for(OwnerKind::user);
};

Result<std::vector<std::string>> files_in(const json::object& body) {
    const auto* names = body.if_contains("names");
    if (names == nullptr || !names->is_array())
        return wrong_member("names", "is required and is a list");
    const auto& list = names->get_array();
    if (list.empty() || list.size() > kMaxNames)
        return wrong_member(
            "names", fmt::format("has {} items; the limit is 1 to {}", list.size(), kMaxNames));
    std::vector<std::string> files;
    for (const auto& value : list) {
        const auto* name = value.if_string();
        if (name == nullptr || name->empty() || name->size() > kLongestName)
            return wrong_member("names", "contains a value that is not the name of a file");
        files.emplace_back(*name);
    }
    return files;
}

Result<Pattern> pattern_in(const json::object& body) {
    const auto* text = body.if_contains("pattern");
    if (text == nullptr || text->is_null()) return Pattern::default_for(OwnerKind::user);
    if (!text->is_string()) return wrong_member("pattern", "is not a string");
    auto pattern = Pattern::parse(text->get_string(), OwnerKind::user);
    if (!pattern) return wrong_member("pattern", "is not valid: " + pattern.error().detail);
    return pattern;
}

Result<MatchRequest> read_match_request(const RequestContext& context) {
    const auto body = read_json_body(context);
    if (!body) return std::unexpected(body.error());
    if (auto known = check_known_members(*body, {"names", "pattern"}); !known)
        return std::unexpected(std::move(known.error()));
    auto files = files_in(*body);
    if (!files) return std::unexpected(std::move(files.error()));
    auto pattern = pattern_in(*body);
    if (!pattern) return std::unexpected(std::move(pattern.error()));
    return MatchRequest{*std::move(files), *std::move(pattern)};
}

// A match reveals the value of each property of the pattern.
Result<void> check_visible(const RequestContext& context, const Pattern& pattern) {
    const auto extent = readable_users(context).others;
    const auto properties = pattern.properties();
    const auto hidden = std::ranges::find_if(properties, [&](const auto& name) {
        return extent == Extent::id || !shows(kUserSchema, extent, name);
    });
    if (hidden == properties.end()) return {};
    return fail(Fault::denied, fmt::format("Matching by {} needs a permission to read it of all "
                                           "users, such as User.Read.All.",
                                           *hidden));
}

std::string_view text_of(MatchState state) {
    switch (state) {
        case MatchState::matched:
            return "matched";
        case MatchState::unmatched:
            return "unmatched";
        case MatchState::ambiguous:
            return "ambiguous";
        case MatchState::duplicate:
            return "duplicate";
    }
    return {};
}

// Null where the user was removed since the match.
Result<json::value> owner_json(const RequestContext& context, const std::string& id) {
    const auto& tenant = context.principal->tenant;
    const auto user = context.directory.find<directory::User>(tenant, id, context.wait);
    if (!user) return std::unexpected(user.error());
    if (!**user) return nullptr;
    const auto photo = context.photos.find_photo({tenant, OwnerKind::user, id}, context.wait);
    if (!photo) return std::unexpected(photo.error());
    return json::object{{"id", id},
                        {"displayName", text_or_null((**user)->display_name)},
                        {"userPrincipalName", (**user)->user_principal_name},
                        {"hasPhoto", **photo != nullptr}};
}

Result<json::object> match_json(const RequestContext& context, const OwnerIndex& owners,
                                const std::string& file, const Match& match) {
    json::object item{{"name", file}, {"state", text_of(match.state)}, {"owner", nullptr}};
    if (match.owners.size() != 1) return item;
    auto owner = owner_json(context, owners.entries()[match.owners.front()].id);
    if (!owner) return std::unexpected(std::move(owner.error()));
    if (owner->is_null()) item["state"] = text_of(MatchState::unmatched);
    item["owner"] = *std::move(owner);
    return item;
}

}  // namespace

HandlerResult post_file_match(const RequestContext& context) {
    const auto request = read_match_request(context);
    if (!request) return std::unexpected(request.error());
    if (auto visible = check_visible(context, request->pattern); !visible)
        return std::unexpected(std::move(visible.error()));
    std::vector<std::string> names;
    for (const auto& file : request->files) names.emplace_back(matching::owner_name_of(file));
    const auto owners = OwnerIndex::load_named(context.directory.store(), context.principal->tenant,
                                               request->pattern, names, context.deadline());
    if (!owners) return std::unexpected(owners.error());
    const auto matches = matching::match_names(*owners, names);
    json::array list;
    for (std::size_t i = 0; i < matches.size(); ++i) {
        auto item = match_json(context, *owners, request->files[i], matches[i]);
        if (!item) return std::unexpected(std::move(item.error()));
        list.push_back(*std::move(item));
    }
    return json_reply(200, {{"value", std::move(list)}});
}

}  // namespace cameo::graph
