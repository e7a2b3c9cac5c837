#include "store/memory/memory_removal.h"

#include <algorithm>

namespace cameo::store::memory {
namespace {

using directory::Contact;
using directory::ContactFolder;
using directory::Group;
using directory::Removed;
using directory::User;

// Erases the contacts and folders of the tenant for which `goes` holds, and adds them to `removed`.
template <class Object, class Goes>
void take(MemoryRepository& memory, std::string_view tenant, Removed& removed, Goes goes) {
    std::erase_if(memory.all<Object>(), [&](const auto& item) {
        const Object& object = item.second;
        if (object.tenant != tenant || !goes(object)) return false;
        if constexpr (std::is_same_v<Object, Contact>)
            removed.owners.push_back({object.tenant, OwnerKind::contact, object.id});
        else
            removed.folders.push_back(object.id);
        return true;
    });
}

void take_all(MemoryRepository& memory, const User& user, Removed& removed) {
    removed.owners.push_back({user.tenant, OwnerKind::user, user.id});
    const auto is_theirs = [&](const auto& item) {
        return equals_ignoring_case(item.mailbox, user.id);
    };
    take<Contact>(memory, user.tenant, removed, is_theirs);
    take<ContactFolder>(memory, user.tenant, removed, is_theirs);
    for (auto* people : {&memory.members, &memory.owners})
        std::erase_if(*people, [&](const auto& one) {
            return std::get<0>(one) == user.tenant && std::get<2>(one) == to_lower(user.id);
        });
    std::erase_if(memory.bound_users, [&](const auto& bound) {
        if (bound.first.tenant != user.tenant || bound.second != to_lower(user.id)) return false;
        removed.subjects.push_back(bound.first);
        return true;
    });
}

void take_all(MemoryRepository& memory, const Group& group, Removed& removed) {
    removed.owners.push_back({group.tenant, OwnerKind::group, group.id});
    for (auto* people : {&memory.members, &memory.owners})
        std::erase_if(*people, [&](const auto& one) {
            return std::get<0>(one) == group.tenant && std::get<1>(one) == to_lower(group.id);
        });
}

void take_all(MemoryRepository&, const Contact& contact, Removed& removed) {
    removed.owners.push_back({contact.tenant, OwnerKind::contact, contact.id});
}

void take_all(MemoryRepository& memory, const ContactFolder& folder, Removed& removed) {
    removed.folders = folders_in(memory, folder.tenant, folder.id);
    const auto goes = removed.folders;
    take<Contact>(memory, folder.tenant, removed, [&](const Contact& contact) {
        return std::ranges::find(goes, contact.parent_folder_id) != goes.end();
    });
    for (const auto& id : goes) memory.all<ContactFolder>().erase({folder.tenant, id});
}

}  // namespace

std::vector<std::string> folders_in(MemoryRepository& memory, std::string_view tenant,
                                    std::string_view folder) {
    if (memory.find<ContactFolder>(tenant, folder) == nullptr) return {};
    std::vector<std::string> ids{std::string(folder)};
    for (std::size_t next = 0; next < ids.size(); ++next)
        for (const auto& [key, child] : memory.all<ContactFolder>())
            if (child.tenant == tenant && child.parent_folder_id == ids[next])
                ids.push_back(child.id);
    return ids;
}

template <class Object>
std::optional<Removed> remove(MemoryRepository& memory, std::string_view tenant,
                              std::string_view id, Instant now) {
    const Object* found = memory.find<Object>(tenant, id);
    if (found == nullptr) return std::nullopt;
    Removed removed;
    const Object object = *found;
    take_all(memory, object, removed);
    for (const auto& owner : removed.owners) memory.catalog.drop(owner, now);
    memory.all<Object>().erase({object.tenant, key_of<Object>(object.id)});
    return removed;
}

template std::optional<Removed> remove<User>(MemoryRepository&, std::string_view, std::string_view,
                                             Instant);
template std::optional<Removed> remove<Group>(MemoryRepository&, std::string_view, std::string_view,
                                              Instant);
template std::optional<Removed> remove<Contact>(MemoryRepository&, std::string_view,
                                                std::string_view, Instant);
template std::optional<Removed> remove<ContactFolder>(MemoryRepository&, std::string_view,
                                                      std::string_view, Instant);

}  // namespace cameo::store::memory
