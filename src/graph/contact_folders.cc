#include "graph/contact_folders.h"

#include <boost/json.hpp>
#include <utility>

#include "graph/object_json.h"
#include "graph/object_reply.h"
#include "graph/object_write.h"
#include "graph/reach.h"

namespace cameo::graph {
namespace {

using access::Operation;
using directory::ContactFolder;

// The set in which the folders lie that stand behind `depth` folders of the path.
Frame frame(const Call& call, std::string_view mailbox, std::size_t depth) {
    return {kFolderKind, mailbox_context(call, mailbox, depth) +
                             (depth == 0 ? "/contactFolders" : "/childFolders")};
}

// Of the folder that the path names.
Frame frame_of(const Call& call, std::string_view mailbox) {
    return frame(call, mailbox, folder_depth(call.route) - 1);
}

ContactFolder default_folder(const FolderFound& found) {
    return {.tenant = found.mailbox->tenant,
            .mailbox = found.mailbox->id,
            .id = found.id,
            .display_name = "Contacts"};
}

// The folder, where it is one that may be changed.
Result<FolderFound> reach_own_folder(const Call& call) {
    auto found = reach_folder(call, Operation::write);
    if (found && !found->folder)
        return fail(Fault::malformed, "The default folder cannot be changed or deleted.");
    return found;
}

Listing<ContactFolder> listing(const Call& call, const FolderFound& parent) {
    return {.frame = frame(call, parent.mailbox->id, folder_depth(call.route)),
            .options = OptionSet::list_with_skip,
            .read = [&call, mailbox = parent.mailbox->id,
                     id = parent.id](const directory::Query& query) {
                return call.directory.folders().list(
                    {.tenant = call.principal.tenant, .mailbox = mailbox, .folder = id}, query,
                    call.lookups.deadline());
            }};
}

}  // namespace

Result<http::Reply> get_folder(const Call& call) {
    const auto found = reach_folder(call, Operation::read);
    if (!found) return std::unexpected(found.error());
    const auto options = object_options(call);
    if (!options) return std::unexpected(options.error());
    return object_reply(call, 200, frame_of(call, found->mailbox->id),
                        found->folder ? *found->folder : default_folder(*found), *options);
}

Result<http::Reply> list_folders(const Call& call) {
    const auto parent = reach_folder(call, Operation::read);
    if (!parent) return std::unexpected(parent.error());
    return list_reply(call, listing(call, *parent));
}

Result<http::Reply> count_folders(const Call& call) {
    const auto parent = reach_folder(call, Operation::read);
    if (!parent) return std::unexpected(parent.error());
    return count_reply(call, listing(call, *parent));
}

Result<http::Reply> post_folder(const Call& call) {
    const auto parent = reach_folder(call, Operation::create);
    if (!parent) return std::unexpected(parent.error());
    const auto body = read_object(call, kFolderKind, Write::create);
    if (!body) return std::unexpected(body.error());
    ContactFolder folder{.tenant = call.principal.tenant,
                         .mailbox = parent->mailbox->id,
                         .id = directory::new_item_id(),
                         .parent_folder_id = parent->id};
    auto fine = read_object(*body, kFolderKind, folder);
    if (fine) fine = call.directory.folders().add(folder, call.lookups.deadline());
    if (!fine) return std::unexpected(std::move(fine.error()));
    const auto path = mailbox_context(call, folder.mailbox, 0) + "/contactFolders('" +
                      percent_encode(folder.id) + "')";
    return object_reply(call, 201, frame(call, folder.mailbox, folder_depth(call.route)), folder,
                        {}, location_field(call, path));
}

Result<http::Reply> patch_folder(const Call& call) {
    const auto found = reach_own_folder(call);
    if (!found) return std::unexpected(found.error());
    const auto body = read_object(call, kFolderKind, Write::change);
    if (!body) return std::unexpected(body.error());
    const auto apply = [&](ContactFolder& object) -> Result<void> {
        auto fine = check_same_id(*body, object.id);
        if (fine) fine = read_object(*body, kFolderKind, object);
        if (fine && object.display_name.empty())
            return wrong_member("displayName", "cannot be empty");
        return fine;
    };
    const auto changed = call.directory.folders().change(call.principal.tenant, found->id, apply,
                                                         call.lookups.deadline());
    if (!changed) return std::unexpected(changed.error());
    if (!*changed) return std::unexpected(nobody(found->id));
    return object_reply(call, 200, frame_of(call, found->mailbox->id), **changed, {});
}

Result<http::Reply> delete_folder(const Call& call) {
    const auto found = reach_own_folder(call);
    if (!found) return std::unexpected(found.error());
    if (auto work = call.on_the_work_lane(); !work) return std::unexpected(work.error());
    return finish_removal(call, found->id,
                          call.directory.remove_folder(call.principal.tenant, found->id,
                                                       call.clock.now(), call.lookups.deadline()));
}

}  // namespace cameo::graph
