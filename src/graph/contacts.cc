#include "graph/contacts.h"

#include <boost/json.hpp>
#include <utility>

#include "base/text.h"
#include "graph/authorize.h"
#include "graph/object_json.h"
#include "graph/object_reply.h"
#include "graph/object_write.h"

namespace cameo::graph {
namespace {

using directory::Contact;

ODataContext odata_context(const RequestContext& context, std::string_view mailbox) {
    return {kContactSchema,
            mailbox_context(context, mailbox, folder_depth(context.route)) + "/contacts"};
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

ListEndpoint<Contact> list_endpoint(const RequestContext& context) {
    return {.odata = odata_context(context, context.found.user->id),
            .options = OptionSet::list_with_skip,
            .read = [&context](const directory::Query& query) {
                return context.directory.contacts().list({.tenant = context.principal->tenant,
                                                          .mailbox = context.found.user->id,
                                                          .folder = context.found.folder_id},
                                                         query, context.deadline());
            }};
}

}  // namespace

HandlerResult get_contact(const RequestContext& context) {
    const auto& contact = context.found.contact;
    const auto options = object_options(context);
    if (!options) return std::unexpected(options.error());
    return object_reply(context, 200, odata_context(context, contact->mailbox), *contact, *options);
}

HandlerResult list_contacts(const RequestContext& context) {
    return list_reply(context, list_endpoint(context));
}

HandlerResult count_contacts(const RequestContext& context) {
    return count_reply(context, list_endpoint(context));
}

HandlerResult post_contact(const RequestContext& context) {
    const auto& found = context.found;
    const auto body = read_object(context, kContactSchema, Write::create);
    if (!body) return std::unexpected(body.error());
    Contact contact{.tenant = context.principal->tenant,
                    .mailbox = found.user->id,
                    .id = directory::new_item_id(),
                    .parent_folder_id = found.folder_id};
    auto fine = read_object(*body, kContactSchema, contact);
    if (fine) fine = check_holds_something(contact);
    name_after_its_parts(contact);
    if (fine) fine = context.directory.contacts().add(contact, context.deadline());
    if (!fine) return std::unexpected(std::move(fine.error()));
    const auto path = mailbox_context(context, contact.mailbox, 0) + "/contacts('" +
                      percent_encode(contact.id) + "')";
    return object_reply(context, 201, odata_context(context, contact.mailbox), contact, {},
                        location_field(context, path));
}

HandlerResult patch_contact(const RequestContext& context) {
    const auto& contact = context.found.contact;
    const auto body = read_object(context, kContactSchema, Write::change);
    if (!body) return std::unexpected(body.error());
    const auto apply = [&](Contact& object) -> Result<void> {
        auto fine = check_same_id(*body, object.id);
        if (fine) fine = read_object(*body, kContactSchema, object);
        name_after_its_parts(object);
        return fine;
    };
    const auto changed = context.directory.contacts().change(context.principal->tenant, contact->id,
                                                             apply, context.deadline());
    if (!changed) return std::unexpected(changed.error());
    if (!*changed) return std::unexpected(resource_not_found(contact->id));
    return object_reply(context, 200, odata_context(context, contact->mailbox), **changed, {});
}

HandlerResult delete_contact(const RequestContext& context) {
    const auto& contact = context.found.contact;
    return finish_removal(
        context, contact->id,
        context.directory.remove_contact(context.principal->tenant, contact->id,
                                         context.clock.now(), context.deadline()));
}

}  // namespace cameo::graph
