#include "graph/entity_schema.h"

#include <algorithm>
#include <array>

namespace cameo::graph {
namespace {

using Name = std::string_view;

namespace user {
constexpr std::array<Name, 11> kShown{
    "businessPhones", "displayName",       "givenName", "jobTitle",          "mail", "mobilePhone",
    "officeLocation", "preferredLanguage", "surname",   "userPrincipalName", "id"};
constexpr std::array<Name, 4> kHidden{"accountEnabled", "mailNickname", "userType", "photoStorage"};
constexpr std::array<Name, 17> kAbsent{"ageGroup",
                                       "city",
                                       "companyName",
                                       "country",
                                       "createdDateTime",
                                       "department",
                                       "employeeId",
                                       "employeeType",
                                       "externalUserState",
                                       "faxNumber",
                                       "legalAgeGroupClassification",
                                       "onPremisesImmutableId",
                                       "onPremisesSamAccountName",
                                       "postalCode",
                                       "state",
                                       "streetAddress",
                                       "usageLocation"};
constexpr std::array<Name, 14> kWritable{"accountEnabled",    "businessPhones",    "displayName",
                                         "givenName",         "jobTitle",          "mail",
                                         "mailNickname",      "mobilePhone",       "officeLocation",
                                         "photoStorage",      "preferredLanguage", "surname",
                                         "userPrincipalName", "userType"};
constexpr std::array<Name, 4> kRequired{"accountEnabled", "displayName", "mailNickname",
                                        "userPrincipalName"};
constexpr std::array<Name, 6> kBasic{"displayName", "givenName", "id",
                                     "mail",        "surname",   "userPrincipalName"};
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
constexpr std::array<Name, 1> kHidden{"photoStorage"};
constexpr std::array<Name, 9> kAbsent{"classification",     "createdDateTime",    "deletedDateTime",
                                      "expirationDateTime", "isAssignableToRole", "membershipRule",
                                      "preferredLanguage",  "renewedDateTime",    "theme"};
constexpr std::array<Name, 9> kWritable{"description",  "displayName",     "groupTypes",
                                        "mail",         "mailEnabled",     "mailNickname",
                                        "photoStorage", "securityEnabled", "visibility"};
constexpr std::array<Name, 4> kRequired{"displayName", "mailEnabled", "mailNickname",
                                        "securityEnabled"};
}  // namespace group

namespace team {
constexpr std::array<Name, 4> kShown{"id", "displayName", "description", "visibility"};
constexpr std::array<Name, 8> kAbsent{"classification", "createdDateTime", "internalId",
                                      "isArchived",     "specialization",  "summary",
                                      "tenantId",       "webUrl"};
constexpr std::array<Name, 3> kWritable{"description", "displayName", "visibility"};
constexpr std::array<Name, 1> kRequired{"displayName"};
}  // namespace team

namespace contact {
constexpr std::array<Name, 10> kShown{
    "id",       "parentFolderId", "displayName", "givenName",      "surname",
    "jobTitle", "companyName",    "mobilePhone", "businessPhones", "emailAddresses"};
constexpr std::array<Name, 12> kAbsent{
    "birthday", "categories",           "changeKey",  "createdDateTime", "department",     "fileAs",
    "initials", "lastModifiedDateTime", "middleName", "nickName",        "officeLocation", "title"};
constexpr std::array<Name, 8> kWritable{"displayName",    "givenName",     "surname",
                                        "jobTitle",       "companyName",   "mobilePhone",
                                        "businessPhones", "emailAddresses"};
}  // namespace contact

namespace folder {
constexpr std::array<Name, 3> kShown{"id", "parentFolderId", "displayName"};
constexpr std::array<Name, 1> kWritable{"displayName"};
}  // namespace folder

}  // namespace

const EntitySchema kUserSchema{.type = "user",
                               .collection = "users",
                               .shown = user::kShown,
                               .hidden = user::kHidden,
                               .absent = user::kAbsent,
                               .writable = user::kWritable,
                               .required = user::kRequired,
                               .basic = user::kBasic};
const EntitySchema kGroupSchema{.type = "group",
                                .collection = "groups",
                                .shown = group::kShown,
                                .hidden = group::kHidden,
                                .absent = group::kAbsent,
                                .writable = group::kWritable,
                                .required = group::kRequired};
const EntitySchema kTeamSchema{.type = "team",
                               .collection = "teams",
                               .shown = team::kShown,
                               .hidden = {},
                               .absent = team::kAbsent,
                               .writable = team::kWritable,
                               .required = team::kRequired};
const EntitySchema kContactSchema{.type = "contact",
                                  .collection = {},
                                  .shown = contact::kShown,
                                  .hidden = {},
                                  .absent = contact::kAbsent,
                                  .writable = contact::kWritable,
                                  .required = {}};
const EntitySchema kFolderSchema{.type = "contactFolder",
                                 .collection = {},
                                 .shown = folder::kShown,
                                 .hidden = {},
                                 .absent = {},
                                 .writable = folder::kWritable,
                                 .required = folder::kWritable};

bool shows(const EntitySchema& schema, Extent extent, std::string_view name) {
    if (extent == Extent::whole || name == "id") return true;
    return extent == Extent::basic && std::ranges::find(schema.basic, name) != schema.basic.end();
}

}  // namespace cameo::graph
