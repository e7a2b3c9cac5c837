#include "graph/contact_folders.h"

#include <boost/json.hpp>
#include <utility>

#include "graph/authorize.h"
#include "graph/object_json.h"
#include "graph/object_reply.h"
#include "graph/object_write.h"

namespace cameo::graph {
namespace {

using directory::ContactFolder;

// The set in which the folders lie that stand behind `depth` folders of the path.
ODataContext odata_context(const RequestContext& context, std::string_view mailbox,
                           std::size_t depth) {
    return {kFolderSchema, mailbox_context(context, mailbox, depth) +
                               (depth == 0 ? "/contactFolders" : "/childFolders")};
}

// Of the folder that the path names.
ODataContext odata_context_of(const RequestContext& context, std::string_view mailbox) {
    return odata_context(context, mailbox, folder_depth(context.route) - 1);
}

ContactFolder default_folder(const FoundResource& found) {
    return {.tenant = found.user->tenant,
            .mailbox = found.user->id,
            .id = found.folder_id,
            .display_name = "Contacts"};
}

ListEndpoint<ContactFolder> list_endpoint(const RequestContext& context) {
    return {.odata = odata_context(context, context.found.user->id, folder_depth(context.route)),
            .options = OptionSet::list_with_skip,
            .read = [&context](const directory::Query& query) {
                return context.directory.folders().list({.tenant = context.principal->tenant,
                                                         .mailbox = context.found.user->id,
                                                         .folder = context.found.folder_id},
                                                        query, context.deadline());
            }};
}

}  // namespace

HandlerResult get_folder(const RequestContext& context) {
    const auto& found = context.found;
    const auto options = object_options(context);
    if (!options) return std::unexpected(options.error());
    return object_reply(context, 200, odata_context_of(context, found.user->id),
                        found.folder ? *found.folder : default_folder(found), *options);
}

HandlerResult list_folders(const RequestContext& context) {
    return list_reply(context, list_endpoint(context));
}

HandlerResult count_folders(const RequestContext& context) {
    return count_reply(context, list_endpoint(context));
}

HandlerResult post_folder(const RequestContext& context) {
    const auto& found = context.found;
    const auto body = read_object(context, kFolderSchema, Write::create);
    if (!body) return std::unexpected(body.error());
    ContactFolder folder{.tenant = context.principal->tenant,
                         .mailbox = found.user->id,
                         .id = directory::new_item_id(),
                         .parent_folder_id = found.folder_id};
    auto fine = read_object(*body, kFolderSchema, folder);
    if (fine) fine = context.directory.folders().add(folder, context.deadline());
    if (!fine) return std::unexpected(std::move(fine.error()));
    const auto path = mailbox_context(context, folder.mailbox, 0) + "/contactFolders('" +
                      percent_encode(folder.id) + "')";
    return object_reply(context, 201,
                        odata_context(context, folder.mailbox, folder_depth(context.route)), folder,
                        {}, location_field(context, path));
}

HandlerResult patch_folder(const RequestContext& context) {
    const auto& found = context.found;
    const auto body = read_object(context, kFolderSchema, Write::change);
    if (!body) return std::unexpected(body.error());
    const auto apply = [&](ContactFolder& object) -> Result<void> {
        auto fine = check_same_id(*body, object.id);
        if (fine) fine = read_object(*body, kFolderSchema, object);
        if (fine && object.display_name.empty())
            return wrong_member("displayName", "cannot be empty");
        return fine;
    };
    const auto changed = context.directory.folders().change(
        context.principal->tenant, found.folder_id, apply, context.deadline());
    if (!changed) return std::unexpected(changed.error());
    if (!*changed) return std::unexpected(resource_not_found(found.folder_id));
    return object_reply(context, 200, odata_context_of(context, found.user->id), **changed, {});
}

HandlerResult delete_folder(const RequestContext& context) {
    const auto& found = context.found;
    return finish_removal(
        context, found.folder_id,
        context.directory.remove_folder(context.principal->tenant, found.folder_id,
                                        context.clock.now(), context.deadline()));
}

}  // namespace cameo::graph
