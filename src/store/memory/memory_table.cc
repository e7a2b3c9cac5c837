#include "store/memory/memory_table.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "store/memory/memory_query.h"
#include "store/memory/memory_removal.h"

namespace cameo::store::memory {
namespace {

using directory::Contact;
using directory::ContactFolder;
using directory::Group;
using directory::User;

std::unexpected<Error> late() { return fail(Fault::busy, "The directory did not answer in time."); }

Result<void> check(MemoryRepository& memory, const User& user) {
    for (const auto& [key, other] : memory.all<User>())
        if (other.tenant == user.tenant && !equals_ignoring_case(other.id, user.id) &&
            equals_ignoring_case(other.user_principal_name, user.user_principal_name))
            return fail(Fault::conflict, "A user with that userPrincipalName already exists.");
    return {};
}

Result<void> check(MemoryRepository&, const Group&) { return {}; }

// Whether what an object hangs on is there.
template <class Object>
Result<void> check(MemoryRepository& memory, const Object& item) {
    const User* owner = memory.find<User>(item.tenant, item.mailbox);
    if (owner == nullptr) return fail(Fault::no_owner, "There is no such mailbox.");
    if (item.parent_folder_id == directory::default_folder_id(owner->id)) return {};
    const auto* parent = memory.find<ContactFolder>(item.tenant, item.parent_folder_id);
    if (parent == nullptr || !equals_ignoring_case(parent->mailbox, item.mailbox))
        return fail(Fault::no_owner, "There is no such parent folder in the mailbox.");
    if constexpr (std::is_same_v<Object, ContactFolder>) {
        const auto inside = folders_in(memory, item.tenant, item.id);
        if (std::ranges::find(inside, item.parent_folder_id) != inside.end())
            return fail(Fault::conflict, "A folder cannot lie in itself.");
    }
    return {};
}

template <class Object>
OwnerKey owner_of(const Object& object) {
    const auto kind = std::is_same_v<Object, User>    ? OwnerKind::user
                      : std::is_same_v<Object, Group> ? OwnerKind::group
                                                      : OwnerKind::contact;
    return {object.tenant, kind, object.id};
}

// What a list is ordered by.
struct Place {
    std::string name, id;
    auto operator<=>(const Place&) const = default;
};

template <class Object>
Place place_of(std::string_view display_name, std::string_view id) {
    return {to_lower(display_name), key_of<Object>(id)};
}

template <class Object>
void sort(std::vector<Object>& objects, const directory::Query& query) {
    const auto place = [&](const Object& object) {
        return place_of<Object>(query.by_id ? std::string_view() : object.display_name, object.id);
    };
    std::ranges::sort(objects, {}, place);
    if (query.descending) std::ranges::reverse(objects);
    if (!query.after) return;
    const auto cursor = place_of<Object>(
        query.by_id ? std::string_view() : query.after->display_name, query.after->id);
    std::erase_if(objects, [&](const Object& object) {
        return query.descending ? place(object) >= cursor : place(object) <= cursor;
    });
}

}  // namespace

template <class Object>
Result<std::optional<Object>> MemoryTable<Object>::find(std::string_view tenant,
                                                        std::string_view id, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    const Object* found = memory_.find<Object>(tenant, id);
    if (found == nullptr) return std::nullopt;
    return *found;
}

template <class Object>
Result<void> MemoryTable<Object>::add(const Object& object, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    return insert(object);
}

template <class Object>
Result<void> MemoryTable<Object>::insert(const Object& object) {
    if (memory_.find<Object>(object.tenant, object.id) != nullptr)
        return fail(Fault::conflict, "Something with that id already exists in the tenant.");
    if (auto fits = check(memory_, object); !fits) return fits;
    if constexpr (!std::is_same_v<Object, ContactFolder>)
        memory_.catalog.drop(owner_of(object), SystemClock().now());
    memory_.all<Object>().emplace(MemoryRepository::Key(object.tenant, key_of<Object>(object.id)),
                                  object);
    return {};
}

template <class Object>
Result<std::optional<Object>> MemoryTable<Object>::change(std::string_view tenant,
                                                          std::string_view id, const Change& change,
                                                          Deadline deadline,
                                                          const ActingOwner& acting_owner) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    auto* found = memory_.find<Object>(tenant, id);
    if (found == nullptr) return std::nullopt;
    if (auto fine = memory_.check_acting_owner(tenant, id, acting_owner); !fine)
        return std::unexpected(std::move(fine.error()));
    Object object = *found;
    if (auto changed = change(object); !changed) return std::unexpected(changed.error());
    if (auto fits = check(memory_, object); !fits) return std::unexpected(fits.error());
    *found = object;
    return object;
}

template <class Object>
Result<std::optional<directory::Removed>> MemoryTable<Object>::remove(
    std::string_view tenant, std::string_view id, Instant now, Deadline deadline,
    const ActingOwner& acting_owner) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    if (auto fine = memory_.check_acting_owner(tenant, id, acting_owner); !fine)
        return std::unexpected(std::move(fine.error()));
    return memory::remove<Object>(memory_, tenant, id, now);
}

template <class Object>
Result<directory::Page<Object>> MemoryTable<Object>::list(const directory::Scope& scope,
                                                          const directory::Query& query,
                                                          Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    directory::Page<Object> page;
    for (const auto& [key, object] : memory_.all<Object>())
        if (is_wanted(memory_, object, scope, query)) page.objects.push_back(object);
    if (query.count) page.count = page.objects.size();
    sort(page.objects, query);
    const auto skipped = std::min(query.skip, page.objects.size());
    page.objects.erase(page.objects.begin(),
                       page.objects.begin() + static_cast<std::ptrdiff_t>(skipped));
    page.more = page.objects.size() > query.top;
    if (page.more) page.objects.resize(query.top);
    return page;
}

template class MemoryTable<User>;
template class MemoryTable<Group>;
template class MemoryTable<Contact>;
template class MemoryTable<ContactFolder>;

}  // namespace cameo::store::memory
