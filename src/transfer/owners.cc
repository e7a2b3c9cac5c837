#include "transfer/owners.h"

#include <fmt/format.h>

#include <string_view>

namespace cameo::transfer {
namespace {

std::string label_of(const directory::User& user) {
    return fmt::format("user {}", user.user_principal_name);
}
std::string label_of(const directory::Group& group) {
    return fmt::format("group {} ({})", group.display_name, group.id);
}
std::string label_of(const directory::Contact& contact) {
    return fmt::format("contact {} of user {}", contact.display_name, contact.mailbox);
}

template <class Entry>
Result<std::optional<std::string>> label_in(directory::Table<Entry>& table, const OwnerKey& owner,
                                            Deadline deadline) {
    const auto found = table.find(owner.tenant, owner.id, deadline);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    return label_of(**found);
}

std::string_view name_of(OwnerKind kind) {
    switch (kind) {
        case OwnerKind::user:
            return "user";
        case OwnerKind::group:
            return "group";
        case OwnerKind::contact:
            return "contact";
    }
    return "owner";
}

}  // namespace

Result<std::optional<std::string>> find_label(directory::Store& store, const OwnerKey& owner,
                                              Deadline deadline) {
    switch (owner.kind) {
        case OwnerKind::user:
            return label_in(store.users(), owner, deadline);
        case OwnerKind::group:
            return label_in(store.groups(), owner, deadline);
        case OwnerKind::contact:
            return label_in(store.contacts(), owner, deadline);
    }
    return std::nullopt;
}

std::string describe(const OwnerKey& owner) {
    return fmt::format("{} {}", name_of(owner.kind), owner.id);
}

}  // namespace cameo::transfer
