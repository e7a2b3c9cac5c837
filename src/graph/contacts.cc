#include "graph/contacts.h"

#include <boost/json.hpp>
#include <utility>

#include "base/text.h"
#include "graph/object_json.h"
#include "graph/object_reply.h"
#include "graph/object_write.h"
#include "graph/reach.h"

namespace cameo::graph {
namespace {

using access::Operation;
using access::Subject;
using directory::Contact;

Frame frame(const Call& call, std::string_view mailbox) {
    return {kContactKind, mailbox_context(call, mailbox, folder_depth(call.route)) + "/contacts"};
}

// A contact without a name of its own is shown by its parts, as Outlook does.
void name_after_its_parts(Contact& contact) {
    if (!contact.display_name.empty()) return;
    contact.display_name = trim(contact.given_name + ' ' + contact.surname);
}

// Told by comparing with a contact that holds nothing.
Result<void> check_holds_something(const Contact& contact) {
    const Contact nothing{.tenant = contact.tenant,
                          .mailbox = contact.mailbox,
                          .id = contact.id,
                          .parent_folder_id = contact.parent_folder_id};
    if (contact != nothing) return {};
    return fail(Fault::malformed, "The body holds no property of a contact that is kept here.");
}

Listing<Contact> listing(const Call& call, const FolderFound& folder) {
    return {.frame = frame(call, folder.mailbox->id),
            .options = OptionSet::list_with_skip,
            .read = [&call, mailbox = folder.mailbox->id,
                     id = folder.id](const directory::Query& query) {
                return call.directory.contacts().list(
                    {.tenant = call.principal.tenant, .mailbox = mailbox, .folder = id}, query,
                    call.lookups.deadline());
            }};
}

}  // namespace

Result<http::Reply> get_contact(const Call& call) {
    const auto contact = reach_contact(call, Subject::contact, Operation::read);
    if (!contact) return std::unexpected(contact.error());
    const auto options = object_options(call);
    if (!options) return std::unexpected(options.error());
    return object_reply(call, 200, frame(call, (*contact)->mailbox), **contact, *options);
}

Result<http::Reply> list_contacts(const Call& call) {
    const auto folder = reach_folder(call, Operation::read);
    if (!folder) return std::unexpected(folder.error());
    return list_reply(call, listing(call, *folder));
}

Result<http::Reply> count_contacts(const Call& call) {
    const auto folder = reach_folder(call, Operation::read);
    if (!folder) return std::unexpected(folder.error());
    return count_reply(call, listing(call, *folder));
}

Result<http::Reply> post_contact(const Call& call) {
    const auto folder = reach_folder(call, Operation::create);
    if (!folder) return std::unexpected(folder.error());
    const auto body = read_object(call, kContactKind, Write::create);
    if (!body) return std::unexpected(body.error());
    Contact contact{.tenant = call.principal.tenant,
                    .mailbox = folder->mailbox->id,
                    .id = directory::new_item_id(),
                    .parent_folder_id = folder->id};
    auto fine = read_object(*body, kContactKind, contact);
    if (fine) fine = check_holds_something(contact);
    name_after_its_parts(contact);
    if (fine) fine = call.directory.contacts().add(contact, call.lookups.deadline());
    if (!fine) return std::unexpected(std::move(fine.error()));
    const auto path = mailbox_context(call, contact.mailbox, 0) + "/contacts('" +
                      percent_encode(contact.id) + "')";
    return object_reply(call, 201, frame(call, contact.mailbox), contact, {},
                        location_field(call, path));
}

Result<http::Reply> patch_contact(const Call& call) {
    const auto contact = reach_contact(call, Subject::contact, Operation::write);
    if (!contact) return std::unexpected(contact.error());
    const auto body = read_object(call, kContactKind, Write::change);
    if (!body) return std::unexpected(body.error());
    const auto apply = [&](Contact& object) -> Result<void> {
        auto fine = check_same_id(*body, object.id);
        if (fine) fine = read_object(*body, kContactKind, object);
        name_after_its_parts(object);
        return fine;
    };
    const auto changed = call.directory.contacts().change(call.principal.tenant, (*contact)->id,
                                                          apply, call.lookups.deadline());
    if (!changed) return std::unexpected(changed.error());
    if (!*changed) return std::unexpected(nobody((*contact)->id));
    return object_reply(call, 200, frame(call, (*contact)->mailbox), **changed, {});
}

Result<http::Reply> delete_contact(const Call& call) {
    const auto contact = reach_contact(call, Subject::contact, Operation::write);
    if (!contact) return std::unexpected(contact.error());
    if (auto work = call.on_the_work_lane(); !work) return std::unexpected(work.error());
    return finish_removal(call, (*contact)->id,
                          call.directory.remove_contact(call.principal.tenant, (*contact)->id,
                                                        call.clock.now(), call.lookups.deadline()));
}

}  // namespace cameo::graph
