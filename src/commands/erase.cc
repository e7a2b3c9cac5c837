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

Result<OwnerKey> find_group(directory::Store& store, const std::string& tenant,
                            const EraseArguments& arguments) {
    const auto group = store.groups().find(tenant, arguments.name, deadline_in(kStoreTime));
    if (!group) return std::unexpected(group.error());
    if (!*group)
        return fail(Fault::no_owner, fmt::format("There is no group '{}'.", arguments.name));
    return OwnerKey{tenant, OwnerKind::group, (*group)->id};
}

Result<OwnerKey> find_user(directory::Store& store, const std::string& tenant,
                           const EraseArguments& arguments) {
    const auto person = find_person(store, tenant, arguments.name);
    if (!person) return std::unexpected(person.error());
    return OwnerKey{tenant, OwnerKind::user, person->id};
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
                                                        : find_user(store, tenant->id, arguments);
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
