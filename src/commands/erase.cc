#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "commands/commands.h"
#include "commands/data_access.h"
#include "commands/terminal.h"
#include "server/program.h"
#include "server/tenants.h"

namespace cameo::commands {
namespace {

constexpr std::chrono::seconds kStoreTime{30};

std::unexpected<Error> no_such(const EraseArguments& arguments) {
    return fail(Fault::no_owner,
                fmt::format("There is no {} '{}'.",
                            arguments.of == OwnerKind::group ? "group" : "person", arguments.name));
}

Result<OwnerKey> find_group(directory::Store& store, const std::string& tenant,
                            const EraseArguments& arguments) {
    const auto group = store.groups().find(tenant, arguments.name, deadline_in(kStoreTime));
    if (!group) return std::unexpected(group.error());
    if (!*group) return no_such(arguments);
    return OwnerKey{tenant, OwnerKind::group, (*group)->id};
}

Result<OwnerKey> find_person(directory::Store& store, const std::string& tenant,
                             const EraseArguments& arguments) {
    auto user = store.users().find(tenant, arguments.name, deadline_in(kStoreTime));
    if (user && !*user) user = store.user_by_name(tenant, arguments.name, deadline_in(kStoreTime));
    if (!user) return std::unexpected(std::move(user.error()));
    if (!*user) return no_such(arguments);
    return OwnerKey{tenant, OwnerKind::user, (*user)->id};
}

Result<void> erase(const EraseArguments& arguments) {
    const auto config = command_config(arguments.config, false);
    if (!config) return std::unexpected(config.error());
    const auto data = DataAccess::open(arguments.data, *config);
    if (!data) return std::unexpected(data.error());
    const auto tenant = server::find_tenant((*data)->tenants(), arguments.tenant);
    if (!tenant) return std::unexpected(tenant.error());
    auto& store = (*data)->directory();
    const auto owner = arguments.of == OwnerKind::group ? find_group(store, tenant->id, arguments)
                                                        : find_person(store, tenant->id, arguments);
    if (!owner) return std::unexpected(owner.error());
    return (*data)->photo_service().erase(*owner);
}

}  // namespace

int erase_command(const EraseArguments& arguments) {
    if (const auto erased = erase(arguments); !erased) return print_error(erased.error());
    fmt::print(
        "erased the photo and the former photos of {}. Backups that were made before still have "
        "them.\n",
        arguments.name);
    return server::kDone;
}

}  // namespace cameo::commands
