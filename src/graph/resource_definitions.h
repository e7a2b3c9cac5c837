#pragma once

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "directory/objects.h"
#include "graph/authorize.h"
#include "graph/entity_schema.h"
#include "graph/members.h"
#include "graph/object_json.h"
#include "graph/odata.h"
#include "graph/request_context.h"
#include "graph/resources.h"

// What differs between the resources of the directory; the handlers in resources.cc and delta.cc do
// the rest. Included there only.
namespace cameo::graph {

// Which set a context URL names: that of the path's own object, or that of the path's list.
enum class SetOf : std::uint8_t { object, list };

// What every resource has, unless its struct says otherwise.
template <class ObjectType>
struct ResourceDefaults {
    using Object = ObjectType;

    static constexpr OptionSet kListOptions = OptionSet::list;
    static constexpr bool kUpdateReturnsObject = false;

    static Readable readable(const RequestContext& /*context*/) {
        return {kDefaultExtent<Object>, kDefaultExtent<Object>};
    }
    // Of lists whose permissions may not include the objects themselves.
    static Readable list_readable(const RequestContext& /*context*/) {
        return {kDefaultExtent<Object>, kDefaultExtent<Object>};
    }
    // Fault::malformed for a member of the body that refers to objects and would be ignored.
    static Result<void> check_new_references(const boost::json::object& body) {
        return check_references(body, {});
    }
    static Result<void> check_update_references(const boost::json::object& body) {
        return check_references(body, {});
    }
    static Result<std::optional<Object>> change(
        const RequestContext& context, const boost::json::object& /*body*/, const std::string& id,
        const typename directory::Table<Object>::Change& apply) {
        return context.directory.change<Object>(context.principal->tenant, id, apply,
                                                context.deadline(), context.found.acting_owner);
    }
    static Result<void> add(const RequestContext& context, const boost::json::object& /*body*/,
                            const Object& object) {
        return context.directory.add(object, context.deadline());
    }
};

struct Users : ResourceDefaults<directory::User> {
    static constexpr const EntitySchema& kSchema = kUserSchema;

    static std::shared_ptr<const directory::User> found(const RequestContext& context) {
        return context.found.user;
    }
    static std::string set(const RequestContext& /*context*/, SetOf /*of*/) { return "users"; }
    static std::string path(const RequestContext& /*context*/, const directory::User& user) {
        return "users/" + user.id;
    }
    static Readable readable(const RequestContext& context) { return readable_users(context); }
    static Readable list_readable(const RequestContext& context) { return readable(context); }

    static Result<directory::User> make(const RequestContext& context,
                                        const boost::json::object& body) {
        auto id = id_of_new(body);
        if (!id) return std::unexpected(std::move(id.error()));
        return directory::User{.tenant = context.principal->tenant,
                               .id = *std::move(id),
                               .created = context.clock.now()};
    }
    static Result<void> normalize(const RequestContext& context, directory::User& user,
                                  const directory::User* before) {
        const auto domains = context.settings.domains_of_tenant.find(context.principal->tenant);
        const bool any = domains == context.settings.domains_of_tenant.end();
        return directory::check(user, any ? std::vector<std::string>() : domains->second, before);
    }
};

struct Groups : ResourceDefaults<directory::Group> {
    static constexpr const EntitySchema& kSchema = kGroupSchema;

    static std::shared_ptr<const directory::Group> found(const RequestContext& context) {
        return context.found.group;
    }
    static std::string set(const RequestContext& /*context*/, SetOf /*of*/) { return "groups"; }
    static Readable list_readable(const RequestContext& context) {
        return readable_groups(context);
    }
    static std::string path(const RequestContext& /*context*/, const directory::Group& group) {
        return "groups/" + group.id;
    }

    static Result<directory::Group> make(const RequestContext& context,
                                         const boost::json::object& body) {
        auto id = id_of_new(body);
        if (!id) return std::unexpected(std::move(id.error()));
        return directory::Group{.tenant = context.principal->tenant,
                                .id = *std::move(id),
                                .created = context.clock.now()};
    }
    static Result<void> normalize(const RequestContext& context, directory::Group& group,
                                  const directory::Group* before) {
        if (before == nullptr) set_defaults(context, group);
        return directory::normalize(group, before);
    }
    static Result<void> check_new_references(const boost::json::object& body) {
        return check_references(body,
                                {"members@odata.bind", "owners@odata.bind", "members", "owners"});
    }
    static Result<void> check_update_references(const boost::json::object& body) {
        return check_references(body, {"members@odata.bind", "owners@odata.bind"});
    }
    static Result<std::optional<directory::Group>> change(
        const RequestContext& context, const boost::json::object& body, const std::string& id,
        const directory::Table<directory::Group>::Change& apply) {
        return change_with_members(context, body, id, apply);
    }
    static Result<void> add(const RequestContext& context, const boost::json::object& body,
                            const directory::Group& group) {
        return add_with_members(context, body, group);
    }
};

struct Teams : Groups {
    static constexpr const EntitySchema& kSchema = kTeamSchema;

    static std::string set(const RequestContext& /*context*/, SetOf /*of*/) { return "teams"; }
    static Readable list_readable(const RequestContext& /*context*/) {
        return {Extent::whole, Extent::whole};
    }
    static Result<void> check_update_references(const boost::json::object& body) {
        return check_references(body, {});
    }
};

struct Contacts : ResourceDefaults<directory::Contact> {
    static constexpr const EntitySchema& kSchema = kContactSchema;
    static constexpr OptionSet kListOptions = OptionSet::list_with_skip;
    static constexpr bool kUpdateReturnsObject = true;

    static std::shared_ptr<const directory::Contact> found(const RequestContext& context) {
        return context.found.contact;
    }
    static std::string set(const RequestContext& context, SetOf /*of*/) {
        return mailbox_context(context, context.found.user->id, folder_depth(context.route)) +
               "/contacts";
    }
    static std::string path(const RequestContext& context, const directory::Contact& contact) {
        return fmt::format("{}/contacts('{}')", mailbox_context(context, contact.mailbox, 0),
                           percent_encode(contact.id));
    }

    static Result<directory::Contact> make(const RequestContext& context,
                                           const boost::json::object& /*body*/) {
        return directory::Contact{.tenant = context.principal->tenant,
                                  .mailbox = context.found.user->id,
                                  .id = directory::new_item_id(),
                                  .parent_folder_id = context.found.folder_id};
    }
    // A contact without a displayName is shown by its other names, as in Outlook.
    static Result<void> normalize(const RequestContext& /*context*/, directory::Contact& contact,
                                  const directory::Contact* before) {
        if (before == nullptr)
            if (auto valid = check_not_empty(contact); !valid) return valid;
        if (contact.display_name.empty())
            contact.display_name = trim(contact.given_name + ' ' + contact.surname);
        return {};
    }

  private:
    static Result<void> check_not_empty(const directory::Contact& contact) {
        const directory::Contact empty{.tenant = contact.tenant,
                                       .mailbox = contact.mailbox,
                                       .id = contact.id,
                                       .parent_folder_id = contact.parent_folder_id};
        if (contact != empty) return {};
        return fail(Fault::malformed, "The body has no property of a contact that is kept here.");
    }
};

struct ContactFolders : ResourceDefaults<directory::ContactFolder> {
    static constexpr const EntitySchema& kSchema = kFolderSchema;
    static constexpr OptionSet kListOptions = OptionSet::list_with_skip;
    static constexpr bool kUpdateReturnsObject = true;

    // The default folder is not stored (directory::ContactFolder).
    static std::shared_ptr<const directory::ContactFolder> found(const RequestContext& context) {
        if (context.found.folder) return context.found.folder;
        return std::make_shared<directory::ContactFolder>(
            directory::ContactFolder{.tenant = context.found.user->tenant,
                                     .mailbox = context.found.user->id,
                                     .id = context.found.folder_id,
                                     .display_name = "Contacts"});
    }
    static std::string set(const RequestContext& context, SetOf of) {
        const auto depth = folder_depth(context.route) - (of == SetOf::object ? 1 : 0);
        return mailbox_context(context, context.found.user->id, depth) +
               (depth == 0 ? "/contactFolders" : "/childFolders");
    }
    static std::string path(const RequestContext& context, const directory::ContactFolder& folder) {
        return fmt::format("{}/contactFolders('{}')", mailbox_context(context, folder.mailbox, 0),
                           percent_encode(folder.id));
    }

    static Result<directory::ContactFolder> make(const RequestContext& context,
                                                 const boost::json::object& /*body*/) {
        return directory::ContactFolder{.tenant = context.principal->tenant,
                                        .mailbox = context.found.user->id,
                                        .id = directory::new_item_id(),
                                        .parent_folder_id = context.found.folder_id};
    }
    static Result<void> normalize(const RequestContext& /*context*/,
                                  directory::ContactFolder& folder,
                                  const directory::ContactFolder* /*before*/) {
        if (folder.display_name.empty()) return wrong_member("displayName", "cannot be empty");
        return {};
    }
};

}  // namespace cameo::graph
