#include "access/published_permissions_testing.h"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "base/text.h"

#ifndef CAMEO_PERMISSION_DATA
#error "the build says where the permission data lies"
#endif

namespace cameo::access {
namespace {

namespace json = boost::json;
using enum Resource;
constexpr auto kBytes = Operation::read_bytes;
constexpr auto kBasic = Operation::read_basic;
constexpr auto kRead = Operation::read;
constexpr auto kCreate = Operation::create;
constexpr auto kConvert = Operation::convert;
constexpr auto kWrite = Operation::write;

constexpr std::array kResources{
    std::pair{"user_photo", user_photo},
    std::pair{"group_photo", group_photo},
    std::pair{"team_photo", team_photo},
    std::pair{"contact_photo", contact_photo},
    std::pair{"user", user},
    std::pair{"group", group},
    std::pair{"member", member},
    std::pair{"hidden_member", hidden_member},
    std::pair{"owner", owner},
    std::pair{"team", team},
    std::pair{"team_archive", team_archive},
    std::pair{"team_member", team_member},
    std::pair{"team_owner_role", team_owner_role},
    std::pair{"contact", contact},
    std::pair{"member_of", member_of},
    std::pair{"transitive_member_of", transitive_member_of},
    std::pair{"manager", manager},
    std::pair{"direct_reports", direct_reports},
    std::pair{"people", people},
    std::pair{"directory_object", directory_object},
    std::pair{"member_groups", member_groups},
    std::pair{"member_objects", member_objects},
    std::pair{"organization", organization},
    std::pair{"domain", domain},
    std::pair{"deleted_item", deleted_item},
    std::pair{"photo_settings", photo_settings},
};

std::string_view name_of(Resource resource) {
    for (const auto& [name, value] : kResources)
        if (value == resource) return name;
    throw std::logic_error("a subject without a name");
}

constexpr std::string_view name_of(TokenKind kind) {
    switch (kind) {
        case TokenKind::work:
            return "work";
        case TokenKind::personal:
            return "personal";
        case TokenKind::application:
            return "application";
    }
    return {};
}

// A photo with its owner in the path, and all paths of contacts.
std::string_view resource_of_path(std::string_view path) {
    if (path.starts_with("/organization")) return "organization";
    if (path.ends_with("membergroups")) return "member_groups";
    if (path.ends_with("memberobjects")) return "member_objects";
    const bool photo = path.find("/photo") != std::string_view::npos;
    if (path.find("/contact") != std::string_view::npos) return photo ? "contact_photo" : "contact";
    if (path.starts_with("/groups/{id}/members")) return "member";
    if (path.starts_with("/groups/{id}/transitivemembers")) return "member";
    if (path == "/users/{id}/memberof") return "member_of";
    if (path == "/users/{id}/transitivememberof") return "transitive_member_of";
    if (path == "/users/{id}/manager") return "manager";
    if (path == "/users/{id}/directreports") return "direct_reports";
    if (path == "/users/{id}/people") return "people";
    if (path.starts_with("/directoryobjects")) return "directory_object";
    if (path.starts_with("/domains")) return "domain";
    if (path.starts_with("/directory/deleteditems")) return "deleted_item";
    if (path.starts_with("/groups/{id}/owners")) return "owner";
    if (path.starts_with("/groups")) return photo ? "group_photo" : "group";
    if (path == "/teams/{id}/archive" || path == "/teams/{id}/unarchive") return "team_archive";
    if (path == "/teams/{id}/members/remove") return "team_owner_role";
    if (path.starts_with("/teams/{id}/members")) return "team_member";
    if (path.starts_with("/teams")) return photo ? "team_photo" : "team";
    return photo ? "user_photo" : "user";
}

json::object read_file(std::string_view name) {
    std::ifstream file(fmt::format("{}/{}", CAMEO_PERMISSION_DATA, name));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return json::parse(text).as_object();
}

std::string text_at(const json::value& row, std::size_t column) {
    return std::string(row.as_array().at(column).as_string());
}

std::string row_of(std::string_view resource, std::string_view method, std::string_view version,
                   std::string_view kind, std::string_view permission) {
    return fmt::format("{} {} {} {} {}", resource, method, version, kind, permission);
}

// Expands the lists to single rows, in each version that `version` means.
template <class Visit>
void for_each_row(std::string_view subjects, std::string_view methods, std::string_view version,
                  std::string_view kinds, std::string_view permissions, const Visit& visit) {
    for (const auto resource : split_list(subjects, ' '))
        for (const auto method : split_list(methods, ' '))
            for (const auto kind : split_list(kinds, ' '))
                for (const auto permission : split_list(permissions, ' '))
                    for (const auto* each : {"v1", "beta"})
                        if (version.empty() || version == each)
                            visit(row_of(resource, method, each, kind, permission));
}

}  // namespace

const std::vector<PermissionQuery>& all_permission_queries() {
    static const std::vector<PermissionQuery> kAll{
        {user_photo, "BYTES", kBytes},
        {user_photo, "GET", kRead},
        {user_photo, "PUT", kWrite},
        {user_photo, "PATCH", kWrite},
        {user_photo, "DELETE", kWrite},
        {group_photo, "BYTES", kBytes},
        {group_photo, "GET", kRead},
        {group_photo, "PUT", kWrite},
        {group_photo, "PATCH", kWrite},
        {group_photo, "DELETE", kWrite},
        {team_photo, "BYTES", kBytes},
        {team_photo, "GET", kRead},
        {team_photo, "PUT", kWrite},
        {team_photo, "PATCH", kWrite},
        {contact_photo, "BYTES", kBytes},
        {contact_photo, "GET", kRead},
        {contact_photo, "PUT", kWrite},
        {contact_photo, "PATCH", kWrite},
        {user, "GET", kBasic},
        {user, "GET", kRead},
        {user, "POST", kCreate},
        {user, "PATCH", kWrite},
        {user, "DELETE", kWrite},
        {group, "GET", kRead},
        {group, "POST", kCreate},
        {group, "PATCH", kWrite},
        {group, "DELETE", kWrite},
        {member, "GET", kRead},
        {member, "POST", kWrite},
        {member, "DELETE", kWrite},
        {hidden_member, "GET", kRead},
        {owner, "GET", kRead},
        {owner, "POST", kWrite},
        {owner, "DELETE", kWrite},
        {team, "GET", kRead},
        {team, "POST", kCreate},
        {team, "BIND", kConvert},
        {team, "PUT", kWrite},
        {team, "PATCH", kWrite},
        {team, "DELETE", kWrite},
        {team_archive, "POST", kWrite},
        {team_member, "GET", kRead},
        {team_member, "POST", kWrite},
        {team_member, "PATCH", kWrite},
        {team_member, "DELETE", kWrite},
        {team_owner_role, "POST", kWrite},
        {contact, "GET", kRead},
        {contact, "POST", kCreate},
        {contact, "PATCH", kWrite},
        {contact, "DELETE", kWrite},
        {member_of, "GET", kRead},
        {transitive_member_of, "GET", kRead},
        {manager, "GET", kRead},
        {manager, "PUT", kWrite},
        {manager, "DELETE", kWrite},
        {direct_reports, "GET", kRead},
        {people, "GET", kRead},
        {directory_object, "GET", kRead},
        {directory_object, "POST", kRead},
        {member_groups, "POST", kRead},
        {member_objects, "POST", kRead},
        {organization, "GET", kRead},
        {domain, "GET", kRead},
        {deleted_item, "GET", kRead},
        {deleted_item, "POST", kWrite},
        {photo_settings, "GET", kRead},
    };
    return kAll;
}

PublishedPermissions::PublishedPermissions() {
    read_data();
    read_exceptions();
}

void PublishedPermissions::read_data() {
    const auto file = read_file("microsoft_permissions.json");
    const auto basic_only = std::string(file.at("properties").at("basicOnly").as_string());
    for (const auto name : split_list(basic_only, ' ')) basic_only_.emplace(name);
    for (const auto& row : file.at("rows").as_array()) {
        const auto resource = resource_of_path(text_at(row, 0));
        auto methods = text_at(row, 1);
        // Each path covers both forms: with and without /$value.
        if (resource.ends_with("_photo") && methods == "GET") methods = "BYTES GET";
        for (const auto name : split_list(text_at(row, 3), ' ')) names_.emplace(name);
        for_each_row(resource, methods, "", text_at(row, 2), text_at(row, 3),
                     [&](std::string one) { rows_.insert(std::move(one)); });
    }
}

void PublishedPermissions::read_exceptions() {
    const auto file = read_file("permission_exceptions.json");
    const auto unknown = std::string(file.at("unknown").at("permissions").as_string());
    for (const auto name : split_list(unknown, ' ')) {
        if (!names_.contains(std::string(name))) stale_.emplace_back(name);
        unknown_.emplace(name);
        std::erase_if(rows_,
                      [&](const auto& row) { return row.ends_with(fmt::format(" {}", name)); });
    }
    for (const auto& row : file.at("rows").as_array()) {
        for (const auto name : split_list(text_at(row, 4), ' ')) names_.emplace(name);
        if (text_at(row, 6).empty()) stale_.push_back("without a reason: " + text_at(row, 1));
        for_each_row(text_at(row, 1), text_at(row, 2), text_at(row, 5), text_at(row, 3),
                     text_at(row, 4),
                     [&](const auto& one) { except(text_at(row, 0) == "add", one); });
    }
}

void PublishedPermissions::except(bool add, const std::string& row) {
    const bool changed = add ? rows_.insert(row).second : rows_.erase(row) == 1;
    if (!changed) stale_.push_back(row);
}

bool PublishedPermissions::counts(const PermissionQuery& query, Version version, TokenKind kind,
                                  std::string_view permission) const {
    const auto* const version_name = version == Version::beta ? "beta" : "v1";
    return rows_.contains(
        row_of(name_of(query.resource), query.method, version_name, name_of(kind), permission));
}

}  // namespace cameo::access
