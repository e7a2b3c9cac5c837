#include "graph/entity_schema.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace cameo::graph {
namespace {

using Name = std::string_view;

namespace user {
constexpr std::array<Name, 11> kShown{
    "businessPhones", "displayName",       "givenName", "jobTitle",          "mail", "mobilePhone",
    "officeLocation", "preferredLanguage", "surname",   "userPrincipalName", "id"};
constexpr std::array<Name, 9> kHidden{"accountEnabled",  "mailNickname",   "userType",
                                      "photoStorage",    "department",     "companyName",
                                      "createdDateTime", "proxyAddresses", "otherMails"};
constexpr std::array<Name, 19> kWritable{
    "accountEnabled", "businessPhones",    "companyName",       "createdDateTime",
    "department",     "displayName",       "givenName",         "jobTitle",
    "mail",           "mailNickname",      "mobilePhone",       "officeLocation",
    "otherMails",     "photoStorage",      "preferredLanguage", "proxyAddresses",
    "surname",        "userPrincipalName", "userType"};
constexpr std::array<Name, 4> kRequired{"accountEnabled", "displayName", "mailNickname",
                                        "userPrincipalName"};
constexpr std::array<Name, 6> kBasic{"displayName", "givenName", "id",
                                     "mail",        "surname",   "userPrincipalName"};
constexpr std::array<Name, 6> kOrdered{"displayName", "userPrincipalName", "mail",
                                       "givenName",   "surname",           "createdDateTime"};
constexpr std::array<Name, 1> kExpandable{"manager"};
}  // namespace user

namespace group {
constexpr std::array<Name, 10> kShown{"id",
                                      "description",
                                      "displayName",
                                      "groupTypes",
                                      "mail",
                                      "mailEnabled",
                                      "mailNickname",
                                      "resourceProvisioningOptions",
                                      "securityEnabled",
                                      "visibility"};
constexpr std::array<Name, 4> kHidden{"photoStorage", "createdDateTime", "proxyAddresses",
                                      "isArchived"};
constexpr std::array<Name, 11> kWritable{"createdDateTime", "description",  "displayName",
                                         "groupTypes",      "mail",         "mailEnabled",
                                         "mailNickname",    "photoStorage", "proxyAddresses",
                                         "securityEnabled", "visibility"};
constexpr std::array<Name, 4> kRequired{"displayName", "mailEnabled", "mailNickname",
                                        "securityEnabled"};
constexpr std::array<Name, 3> kOrdered{"displayName", "mail", "createdDateTime"};
constexpr std::array<Name, 2> kExpandable{"members", "owners"};
}  // namespace group

namespace team {
constexpr std::array<Name, 8> kShown{"id",         "displayName", "description", "internalId",
                                     "visibility", "webUrl",      "isArchived",  "tenantId"};
constexpr std::array<Name, 1> kHidden{"createdDateTime"};
constexpr std::array<Name, 8> kAbsent{"classification", "firstChannelName", "funSettings",
                                      "guestSettings",  "memberSettings",   "messagingSettings",
                                      "specialization", "summary"};
constexpr std::array<Name, 3> kWritable{"description", "displayName", "visibility"};
constexpr std::array<Name, 1> kRequired{"displayName"};
constexpr std::array<Name, 1> kOrdered{"displayName"};
}  // namespace team

namespace team_member {
constexpr std::array<Name, 6> kShown{"id", "roles", "displayName", "userId", "email", "tenantId"};
constexpr std::array<Name, 1> kAbsent{"visibleHistoryStartDateTime"};
}  // namespace team_member

namespace contact {
constexpr std::array<Name, 10> kShown{
    "id",       "parentFolderId", "displayName", "givenName",      "surname",
    "jobTitle", "companyName",    "mobilePhone", "businessPhones", "emailAddresses"};
constexpr std::array<Name, 8> kWritable{"displayName",    "givenName",     "surname",
                                        "jobTitle",       "companyName",   "mobilePhone",
                                        "businessPhones", "emailAddresses"};
constexpr std::array<Name, 3> kOrdered{"displayName", "givenName", "surname"};
}  // namespace contact

namespace folder {
constexpr std::array<Name, 3> kShown{"id", "parentFolderId", "displayName"};
constexpr std::array<Name, 1> kWritable{"displayName"};
constexpr std::array<Name, 1> kOrdered{"displayName"};
}  // namespace folder

}  // namespace

const EntitySchema kUserSchema{.type = "user",
                               .collection = "users",
                               .shown = user::kShown,
                               .hidden = user::kHidden,
                               .writable = user::kWritable,
                               .required = user::kRequired,
                               .basic = user::kBasic,
                               .ordered = user::kOrdered,
                               .expandable = user::kExpandable,
                               .is_open = true,
                               .kept = directory::kept_properties<directory::User>};
const EntitySchema kGroupSchema{.type = "group",
                                .collection = "groups",
                                .shown = group::kShown,
                                .hidden = group::kHidden,
                                .writable = group::kWritable,
                                .required = group::kRequired,
                                .ordered = group::kOrdered,
                                .expandable = group::kExpandable,
                                .is_open = true,
                                .kept = directory::kept_properties<directory::Group>};
const EntitySchema kTeamSchema{.type = "team",
                               .collection = "teams",
                               .shown = team::kShown,
                               .hidden = team::kHidden,
                               .absent = team::kAbsent,
                               .writable = team::kWritable,
                               .required = team::kRequired,
                               .ordered = team::kOrdered,
                               .is_open = true};
const EntitySchema kTeamMemberSchema{.type = "aadUserConversationMember",
                                     .collection = {},
                                     .shown = team_member::kShown,
                                     .hidden = {},
                                     .absent = team_member::kAbsent,
                                     .writable = {},
                                     .required = {}};
const EntitySchema kContactSchema{.type = "contact",
                                  .collection = {},
                                  .shown = contact::kShown,
                                  .hidden = {},
                                  .writable = contact::kWritable,
                                  .required = {},
                                  .ordered = contact::kOrdered,
                                  .is_open = true,
                                  .kept = directory::kept_properties<directory::Contact>};
const EntitySchema kFolderSchema{.type = "contactFolder",
                                 .collection = {},
                                 .shown = folder::kShown,
                                 .hidden = {},
                                 .absent = {},
                                 .writable = folder::kWritable,
                                 .required = folder::kWritable,
                                 .ordered = folder::kOrdered};

std::string_view cast_type(std::string_view text) {
    for (const std::string_view name : {"microsoft.graph.", "graph."})
        if (text.size() > name.size() && equals_ignoring_case(name, text.substr(0, name.size())))
            return text.substr(name.size());
    return {};
}

std::string_view without_list_mark(std::string_view name) {
    if (name.ends_with(kListMark)) name.remove_suffix(kListMark.size());
    return name;
}

std::string_view known_name(const EntitySchema& schema, std::string_view name) {
    for (const auto names : {schema.shown, schema.hidden, schema.absent})
        for (const auto known : names)
            if (equals_ignoring_case(without_list_mark(known), name))
                return without_list_mark(known);
    for (const auto& kept : schema.kept())
        if (equals_ignoring_case(kept.name, name)) return kept.name;
    return {};
}

bool shows(const EntitySchema& schema, Extent extent, std::string_view name) {
    if (extent == Extent::whole || name == "id") return true;
    return extent == Extent::basic && std::ranges::find(schema.basic, name) != schema.basic.end();
}

}  // namespace cameo::graph
