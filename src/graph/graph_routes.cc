#include <fmt/format.h>

#include <array>

#include "graph/authorize.h"
#include "graph/batch.h"
#include "graph/directory_objects.h"
#include "graph/members.h"
#include "graph/metadata_document.h"
#include "graph/photo_content.h"
#include "graph/photo_metadata.h"
#include "graph/resources.h"
#include "graph/routes.h"
#include "graph/team_members.h"
#include "graph/teams.h"

namespace cameo::graph {
namespace {

using access::Operation;
constexpr auto kBytes = Operation::read_bytes;
constexpr auto kBasic = Operation::read_basic;
constexpr auto kRead = Operation::read;
constexpr auto kCreate = Operation::create;
constexpr auto kWrite = Operation::write;
constexpr auto kChange = Work::change;
constexpr auto kList = Work::list;
constexpr auto kUpload = Work::upload;

constexpr std::string_view kCasts = "*";  // every type of directory objects

// `/me/presence`: clients request it together with photos.
HandlerResult not_implemented(const RequestContext& context) {
    return fail(Fault::no_owner, fmt::format("The resource '{}' is not supported.",
                                             context.target.segments().back()));
}

constexpr Endpoints kPhotoBytes{.get = {kBytes, get_photo_content},
                                .put = {kWrite, put_photo, kUpload},
                                .patch = {kWrite, put_photo, kUpload},
                                .del = {kWrite, delete_photo, kChange}};
constexpr Endpoints kSizeBytes{.get = {kBytes, get_photo_content}};
constexpr Endpoints kPhotoMetadata{.get = {kRead, get_photo_metadata}};
constexpr Endpoints kPhotoObject{.get = {kRead, get_photo_metadata},
                                 .del = {kWrite, delete_photo, kChange}};
constexpr Endpoints kPhotoList{.get = {kRead, list_photos}};
constexpr Endpoints kContactList{.get = {kRead, list_objects<Contacts, folder_scope>, kList},
                                 .post = {kCreate, create_object<Contacts>, kChange}};
constexpr Endpoints kContactCount{.get = {kRead, count_objects<Contacts, folder_scope>, kList}};
constexpr Endpoints kFolderList{.get = {kRead, list_objects<ContactFolders, folder_scope>, kList},
                                .post = {kCreate, create_object<ContactFolders>, kChange}};
constexpr Endpoints kMembers{.get = {kRead, list_objects<Users, group_members_scope>, kList}};
constexpr Endpoints kMemberCount{.get = {kRead, count_objects<Users, group_members_scope>, kList}};
constexpr Endpoints kOwners{.get = {kRead, list_objects<Users, group_owners_scope>, kList}};
constexpr Endpoints kOwnerCount{.get = {kRead, count_objects<Users, group_owners_scope>, kList}};
constexpr Endpoints kMemberOf{.get = {kRead, list_objects<Groups, member_of_scope>, kList}};
constexpr Endpoints kMemberOfCount{.get = {kRead, count_objects<Groups, member_of_scope>, kList}};
constexpr Endpoints kFolderCount{
    .get = {kRead, count_objects<ContactFolders, folder_scope>, kList}};

constexpr Endpoints kTeamPhotoBytes{.get = {kBytes, get_photo_content},
                                    .put = {kWrite, put_team_photo, kUpload},
                                    .patch = {kWrite, put_team_photo, kUpload}};
constexpr Endpoints kContactPhotoBytes{.get = {kBytes, get_photo_content},
                                       .put = {kWrite, put_photo, kUpload},
                                       .patch = {kWrite, put_photo, kUpload}};
constexpr Endpoints kUser{.get = {kBasic, get_object<Users>},
                          .patch = {kWrite, update_object<Users>, kChange},
                          .del = {kWrite, delete_object<Users>, kChange}};
constexpr Endpoints kMe{.get = {kBasic, get_object<Users>},
                        .patch = {kWrite, update_object<Users>, kChange}};
constexpr Endpoints kUsers{.get = {kBasic, list_objects<Users, tenant_scope>, kList},
                           .post = {kCreate, create_object<Users>, kChange}};
constexpr Endpoints kUserCount{.get = {kBasic, count_objects<Users, tenant_scope>, kList}};
constexpr Endpoints kGroup{.get = {kRead, get_object<Groups>},
                           .patch = {kWrite, update_object<Groups>, kChange},
                           .del = {kWrite, delete_object<Groups>, kChange}};
constexpr Endpoints kGroups{.get = {kRead, list_objects<Groups, tenant_scope>, kList},
                            .post = {kCreate, create_object<Groups>, kChange}};
constexpr Endpoints kGroupCount{.get = {kRead, count_objects<Groups, tenant_scope>, kList}};
constexpr Endpoints kMember{.del = {kWrite, delete_member, kChange}};
constexpr Endpoints kOwner{.del = {kWrite, delete_owner, kChange}};
constexpr Endpoints kTeamOfGroup{.get = {kRead, get_object<Teams>},
                                 .put = {kWrite, put_team, kChange, find_any_group},
                                 .patch = {kWrite, update_object<Teams>, kChange},
                                 .del = {kWrite, delete_object<Teams>, kChange}};
constexpr Endpoints kTeam{.get = {kRead, get_object<Teams>},
                          .patch = {kWrite, update_object<Teams>, kChange},
                          .del = {kWrite, delete_object<Teams>, kChange}};
constexpr Endpoints kTeams{.get = {kRead, list_objects<Teams, all_teams_scope>, kList},
                           .post = {kCreate, post_team, kChange}};
constexpr Endpoints kTeamMembers{.get = {kRead, list_team_members, kList},
                                 .post = {kWrite, post_team_member, kChange}};
constexpr Endpoints kTeamMember{.get = {kRead, get_team_member, kList},
                                .patch = {kWrite, patch_team_member, kChange},
                                .del = {kWrite, delete_team_member, kChange}};
constexpr Endpoints kTeamCount{.get = {kRead, count_objects<Teams, all_teams_scope>, kList}};
constexpr Endpoints kManagerReference{.get = {kRead, get_manager_reference},
                                      .put = {kWrite, put_manager, kChange},
                                      .del = {kWrite, delete_manager, kChange}};
constexpr Endpoints kDirectReports{
    .get = {kRead, list_objects<Users, direct_reports_scope>, kList}};
constexpr Endpoints kDirectReportCount{
    .get = {kRead, count_objects<Users, direct_reports_scope>, kList}};
constexpr Endpoints kGetByIds{.post = {kRead, get_by_ids, kList}};
constexpr Endpoints kGetMemberGroups{.post = {kRead, get_member_groups, kList}};
constexpr Endpoints kCheckMemberGroups{.post = {kRead, check_member_groups, kList}};
constexpr Endpoints kCheckMemberObjects{.post = {kRead, check_member_objects, kList}};
constexpr Endpoints kDeletedUsers{.get = {kBasic, list_objects<Users, deleted_scope>, kList}};
constexpr Endpoints kDeletedUserCount{.get = {kBasic, count_objects<Users, deleted_scope>, kList}};
constexpr Endpoints kDeletedGroups{.get = {kRead, list_objects<Groups, deleted_scope>, kList}};
constexpr Endpoints kDeletedGroupCount{.get = {kRead, count_objects<Groups, deleted_scope>, kList}};
constexpr Endpoints kDirectoryObject{.get = {kRead, get_directory_object}};
constexpr Endpoints kJoinedTeams{.get = {kRead, list_objects<Teams, joined_teams_scope>, kList}};
constexpr Endpoints kJoinedTeamCount{
    .get = {kRead, count_objects<Teams, joined_teams_scope>, kList}};
constexpr Endpoints kContact{.get = {kRead, get_object<Contacts>},
                             .patch = {kWrite, update_object<Contacts>, kChange},
                             .del = {kWrite, delete_object<Contacts>, kChange}};
constexpr Endpoints kFolder{
    .get = {kRead, get_object<ContactFolders>},
    .patch = {kWrite, update_object<ContactFolders>, kChange, find_own_folder},
    .del = {kWrite, delete_object<ContactFolders>, kChange, find_own_folder}};
constexpr Endpoints kPhotoSettings{.get = {kRead, get_photo_update_settings},
                                   .patch = {kRead, refuse_photo_update_settings}};

using enum ResourceType;
using access::Resource;

// The most frequent first.
// clang-format off
constexpr std::array kRoutes{
    // Photos. PUT and PATCH of a team return 204, of the others 200.
    Route{user, {"photo", "$value"}, Resource::user_photo, find_photo_owner, kPhotoBytes},
    Route{user, {"photos", "{size}", "$value"}, Resource::user_photo, find_photo_owner, kSizeBytes},
    Route{group, {"photo", "$value"}, Resource::group_photo, find_photo_owner, kPhotoBytes},
    Route{group, {"photos", "{size}", "$value"}, Resource::group_photo, find_photo_owner, kSizeBytes},
    Route{team, {"photo", "$value"}, Resource::team_photo, find_photo_owner, kTeamPhotoBytes},
    Route{contact, {"photo", "$value"}, Resource::contact_photo, find_photo_owner, kContactPhotoBytes},
    Route{user, {"photo"}, Resource::user_photo, find_photo_owner, kPhotoObject},
    Route{user, {"photos", "{size}"}, Resource::user_photo, find_photo_owner, kPhotoMetadata},
    Route{user, {"photos"}, Resource::user_photo, find_photo_owner, kPhotoList},
    Route{group, {"photo"}, Resource::group_photo, find_photo_owner, kPhotoObject},
    Route{group, {"photos", "{size}"}, Resource::group_photo, find_photo_owner, kPhotoMetadata},
    Route{group, {"photos"}, Resource::group_photo, find_photo_owner, kPhotoList},
    Route{team, {"photo"}, Resource::team_photo, find_photo_owner, kPhotoMetadata},
    Route{contact, {"photo"}, Resource::contact_photo, find_photo_owner, kPhotoMetadata},
    // An old path of Microsoft's documentation that programs still use.
    Route{user, {"photo", "{size}", "$value"}, Resource::user_photo, find_photo_owner, kSizeBytes, PathAlias::me},

    // The directory.
    Route{user, {}, Resource::user, find_user, kUser, PathAlias::key},
    Route{user, {}, Resource::user, find_user, kMe, PathAlias::me},
    Route{root, {"users"}, Resource::user, nullptr, kUsers},
    Route{root, {"users", "$count"}, Resource::user, nullptr, kUserCount},
    Route{root, {"users", "delta()"}, Resource::user, nullptr, {.get = {kRead, list_delta<Users>, kList}}},
    Route{root, {"groups", "delta()"}, Resource::group, nullptr, {.get = {kRead, list_delta<Groups>, kList}}},
    Route{group, {}, Resource::group, find_group, kGroup},
    Route{root, {"groups"}, Resource::group, nullptr, kGroups},
    Route{root, {"groups", "$count"}, Resource::group, nullptr, kGroupCount},
    Route{group, {"members"}, Resource::member, find_group, kMembers, PathAlias::any, kCasts},
    Route{group, {"members", "$count"}, Resource::member, find_group, kMemberCount, PathAlias::any, kCasts},
    // Groups are flat: a transitive list equals the direct one.
    Route{group, {"transitiveMembers"}, Resource::member, find_group, kMembers, PathAlias::any, kCasts},
    Route{group, {"transitiveMembers", "$count"}, Resource::member, find_group, kMemberCount, PathAlias::any, kCasts},
    Route{group, {"members", "$ref"}, Resource::member, find_group, {.post = {kWrite, post_member, kChange}}},
    Route{group, {"members", "{item}", "$ref"}, Resource::member, find_group, kMember},
    Route{group, {"owners"}, Resource::owner, find_group, kOwners, PathAlias::any, kCasts},
    Route{group, {"owners", "$count"}, Resource::owner, find_group, kOwnerCount, PathAlias::any, kCasts},
    Route{group, {"owners", "$ref"}, Resource::owner, find_group, {.post = {kWrite, post_owner, kChange}}},
    Route{group, {"owners", "{item}", "$ref"}, Resource::owner, find_group, kOwner},
    Route{team, {}, Resource::team, find_group, kTeamOfGroup, PathAlias::group},
    Route{team, {}, Resource::team, find_group, kTeam, PathAlias::teams},
    Route{team, {}, Resource::team, find_group, {.get = {kRead, get_object<Teams>}}},
    Route{team, {"operations", "{item}"}, Resource::team, find_group, {.get = {kRead, get_team_operation}}},
    Route{team, {"archive()"}, Resource::team_archive, find_group, {.post = {kWrite, archive_team, kChange}}},
    Route{team, {"unarchive()"}, Resource::team_archive, find_group, {.post = {kWrite, unarchive_team, kChange}}},
    Route{team, {"members"}, Resource::team_member, find_group, kTeamMembers},
    Route{team, {"members", "$count"}, Resource::team_member, find_group, {.get = {kRead, count_team_members, kList}}},
    Route{team, {"members", "add()"}, Resource::team_member, find_group, {.post = {kWrite, add_team_members, kChange}}},
    Route{team, {"members", "remove()"}, Resource::team_owner_role, find_group, {.post = {kWrite, remove_team_members, kChange}}},
    Route{team, {"members", "{item}"}, Resource::team_member, find_group, kTeamMember},
    Route{root, {"teams"}, Resource::team, nullptr, kTeams},
    Route{root, {"teams", "$count"}, Resource::team, nullptr, kTeamCount},
    Route{user, {"memberOf"}, Resource::member_of, find_user, kMemberOf, PathAlias::any, kCasts},
    Route{user, {"memberOf", "$count"}, Resource::member_of, find_user, kMemberOfCount, PathAlias::any, kCasts},
    Route{user, {"transitiveMemberOf"}, Resource::transitive_member_of, find_user, kMemberOf, PathAlias::any, kCasts},
    Route{user, {"transitiveMemberOf", "$count"}, Resource::transitive_member_of, find_user, kMemberOfCount, PathAlias::any, kCasts},
    Route{user, {"manager"}, Resource::manager, find_user, {.get = {kRead, get_manager}}},
    Route{user, {"manager", "$ref"}, Resource::manager, find_user, kManagerReference},
    Route{user, {"directReports"}, Resource::direct_reports, find_user, kDirectReports, PathAlias::any, kCasts},
    Route{user, {"directReports", "$count"}, Resource::direct_reports, find_user, kDirectReportCount, PathAlias::any, kCasts},
    Route{user, {"people"}, Resource::people, find_user, {.get = {kRead, list_people, kList}}},
    Route{root, {"users", "getByIds()"}, Resource::directory_object, nullptr, kGetByIds},
    Route{root, {"groups", "getByIds()"}, Resource::directory_object, nullptr, kGetByIds},
    Route{root, {"directoryObjects", "getByIds()"}, Resource::directory_object, nullptr, kGetByIds},
    Route{root, {"directoryObjects", "{item}"}, Resource::directory_object, nullptr, kDirectoryObject},
    Route{root, {"directoryObjects", "{item}", "getMemberGroups()"}, Resource::member_groups, nullptr, kGetMemberGroups},
    Route{root, {"directoryObjects", "{item}", "checkMemberGroups()"}, Resource::member_groups, nullptr, kCheckMemberGroups},
    Route{root, {"directoryObjects", "{item}", "getMemberObjects()"}, Resource::member_objects, nullptr, kGetMemberGroups},
    Route{root, {"directoryObjects", "{item}", "checkMemberObjects()"}, Resource::member_objects, nullptr, kCheckMemberObjects},
    Route{user, {"getMemberGroups()"}, Resource::member_groups, find_user, kGetMemberGroups},
    Route{user, {"checkMemberGroups()"}, Resource::member_groups, find_user, kCheckMemberGroups},
    Route{user, {"getMemberObjects()"}, Resource::member_objects, find_user, kGetMemberGroups},
    Route{user, {"checkMemberObjects()"}, Resource::member_objects, find_user, kCheckMemberObjects},
    // Groups are members of no group, so the two permissions do not differ.
    Route{group, {"getMemberGroups()"}, Resource::member_groups, find_group, kGetMemberGroups},
    Route{group, {"checkMemberGroups()"}, Resource::member_groups, find_group, kCheckMemberGroups},
    Route{group, {"getMemberObjects()"}, Resource::member_groups, find_group, kGetMemberGroups},
    Route{group, {"checkMemberObjects()"}, Resource::member_groups, find_group, kCheckMemberObjects},
    Route{root, {"directory", "deletedItems"}, Resource::user, nullptr, kDeletedUsers, PathAlias::any, "user"},
    Route{root, {"directory", "deletedItems", "$count"}, Resource::user, nullptr, kDeletedUserCount, PathAlias::any, "user"},
    Route{root, {"directory", "deletedItems"}, Resource::group, nullptr, kDeletedGroups, PathAlias::any, "group"},
    Route{root, {"directory", "deletedItems", "$count"}, Resource::group, nullptr, kDeletedGroupCount, PathAlias::any, "group"},
    Route{root, {"directory", "deletedItems", "{item}"}, Resource::deleted_item, nullptr, {.get = {kRead, get_deleted_item}}},
    Route{root, {"directory", "deletedItems", "{item}", "restore()"}, Resource::deleted_item, nullptr, {.post = {kWrite, get_deleted_item, kChange}}},
    Route{user, {"joinedTeams"}, Resource::team, find_named_user, kJoinedTeams},
    Route{user, {"joinedTeams", "$count"}, Resource::team, find_named_user, kJoinedTeamCount},
    Route{contact, {}, Resource::contact, find_contact, kContact},
    Route{user, {"contacts"}, Resource::contact, find_folder, kContactList},
    Route{user, {"contacts", "$count"}, Resource::contact, find_folder, kContactCount},
    Route{folder, {"contacts"}, Resource::contact, find_folder, kContactList},
    Route{folder, {"contacts", "$count"}, Resource::contact, find_folder, kContactCount},
    Route{folder, {}, Resource::contact, find_folder, kFolder},
    Route{user, {"contactFolders"}, Resource::contact, find_folder, kFolderList},
    Route{user, {"contactFolders", "$count"}, Resource::contact, find_folder, kFolderCount},
    Route{folder, {"childFolders"}, Resource::contact, find_folder, kFolderList},
    Route{folder, {"childFolders", "$count"}, Resource::contact, find_folder, kFolderCount},
    Route{root, {"organization"}, Resource::organization, nullptr, {.get = {kRead, list_organizations}}},
    Route{root, {"organization", "{item}"}, Resource::organization, nullptr, {.get = {kRead, get_organization}}},
    Route{root, {"domains"}, Resource::domain, nullptr, {.get = {kRead, list_domains}}},
    Route{root, {"domains", "{item}"}, Resource::domain, nullptr, {.get = {kRead, get_domain}}},
    Route{root, {"admin", "people", "photoUpdateSettings"}, Resource::photo_settings, nullptr, kPhotoSettings},
    Route{root, {"$batch"}, {}, nullptr, {.post = {kRead, post_batch, Work::batch}}},
    // Needs no token, as in Graph: tools read it before they authenticate.
    Route{.path = {"$metadata"}, .endpoints = {.get = {kRead, get_metadata_document}}, .needs_token = false},
    Route{user, {"presence"}, {}, nullptr, {.get = {kRead, not_implemented}}},
};
// clang-format on

}  // namespace

std::span<const Route> graph_routes() { return kRoutes; }

}  // namespace cameo::graph
