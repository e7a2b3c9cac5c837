#include "graph/contact_folders.h"

#include <boost/json.hpp>
#include <utility>

#include "graph/authorize.h"
#include "graph/object_json.h"
#include "graph/object_reply.h"
#include "graph/object_write.h"

namespace cameo::graph {
namespace {

using access::Operation;
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

ContactFolder default_folder(const FoundFolder& found) {
    return {.tenant = found.mailbox->tenant,
            .mailbox = found.mailbox->id,
            .id = found.id,
            .display_name = "Contacts"};
}

// The folder, where it is one that may be changed.
Result<FoundFolder> authorize_own_folder(const RequestContext& context) {
    auto found = authorize_folder(context, Operation::write);
    if (found && !found->folder)
        return fail(Fault::malformed, "The default folder cannot be changed or deleted.");
    return found;
}

ListEndpoint<ContactFolder> list_endpoint(const RequestContext& context,
                                          const FoundFolder& parent) {
    return {.odata = odata_context(context, parent.mailbox->id, folder_depth(context.route)),
            .options = OptionSet::list_with_skip,
            .read = [&context, mailbox = parent.mailbox->id,
                     id = parent.id](const directory::Query& query) {
                return context.directory.folders().list(
                    {.tenant = context.principal.tenant, .mailbox = mailbox, .folder = id}, query,
                    context.lookups.deadline());
            }};
}

}  // namespace

Result<http::Reply> get_folder(const RequestContext& context) {
    const auto found = authorize_folder(context, Operation::read);
    if (!found) return std::unexpected(found.error());
    const auto options = object_options(context);
    if (!options) return std::unexpected(options.error());
    return object_reply(context, 200, odata_context_of(context, found->mailbox->id),
                        found->folder ? *found->folder : default_folder(*found), *options);
}

Result<http::Reply> list_folders(const RequestContext& context) {
    const auto parent = authorize_folder(context, Operation::read);
    if (!parent) return std::unexpected(parent.error());
    return list_reply(context, list_endpoint(context, *parent));
}

Result<http::Reply> count_folders(const RequestContext& context) {
    const auto parent = authorize_folder(context, Operation::read);
    if (!parent) return std::unexpected(parent.error());
    return count_reply(context, list_endpoint(context, *parent));
}

Result<http::Reply> post_folder(const RequestContext& context) {
    const auto parent = authorize_folder(context, Operation::create);
    if (!parent) return std::unexpected(parent.error());
    const auto body = read_object(context, kFolderSchema, Write::create);
    if (!body) return std::unexpected(body.error());
    ContactFolder folder{.tenant = context.principal.tenant,
                         .mailbox = parent->mailbox->id,
                         .id = directory::new_item_id(),
                         .parent_folder_id = parent->id};
    auto fine = read_object(*body, kFolderSchema, folder);
    if (fine) fine = context.directory.folders().add(folder, context.lookups.deadline());
    if (!fine) return std::unexpected(std::move(fine.error()));
    const auto path = mailbox_context(context, folder.mailbox, 0) + "/contactFolders('" +
                      percent_encode(folder.id) + "')";
    return object_reply(context, 201,
                        odata_context(context, folder.mailbox, folder_depth(context.route)), folder,
                        {}, location_field(context, path));
}

Result<http::Reply> patch_folder(const RequestContext& context) {
    const auto found = authorize_own_folder(context);
    if (!found) return std::unexpected(found.error());
    const auto body = read_object(context, kFolderSchema, Write::change);
    if (!body) return std::unexpected(body.error());
    const auto apply = [&](ContactFolder& object) -> Result<void> {
        auto fine = check_same_id(*body, object.id);
        if (fine) fine = read_object(*body, kFolderSchema, object);
        if (fine && object.display_name.empty())
            return wrong_member("displayName", "cannot be empty");
        return fine;
    };
    const auto changed = context.directory.folders().change(context.principal.tenant, found->id,
                                                            apply, context.lookups.deadline());
    if (!changed) return std::unexpected(changed.error());
    if (!*changed) return std::unexpected(resource_not_found(found->id));
    return object_reply(context, 200, odata_context_of(context, found->mailbox->id), **changed, {});
}

Result<http::Reply> delete_folder(const RequestContext& context) {
    const auto found = authorize_own_folder(context);
    if (!found) return std::unexpected(found.error());
    if (auto work = context.on_the_work_lane(); !work) return std::unexpected(work.error());
    return finish_removal(
        context, found->id,
        context.directory.remove_folder(context.principal.tenant, found->id, context.clock.now(),
                                        context.lookups.deadline()));
}

}  // namespace cameo::graph
