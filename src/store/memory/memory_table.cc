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

Result<void> check(MemoryEntries& memory, const User& user) {
    for (const auto& [key, other] : memory.all<User>())
        if (other.tenant == user.tenant && !equals_ignoring_case(other.id, user.id) &&
            equals_ignoring_case(other.user_principal_name, user.user_principal_name))
            return fail(Fault::conflict, "A user with that userPrincipalName already exists.");
    return {};
}

Result<void> check(MemoryEntries&, const Group&) { return {}; }

// Whether what an entry hangs on is there.
template <class Entry>
Result<void> check(MemoryEntries& memory, const Entry& item) {
    const User* owner = memory.find<User>(item.tenant, item.mailbox);
    if (owner == nullptr) return fail(Fault::no_owner, "There is no such mailbox.");
    if (item.parent_folder_id == directory::default_folder_id(owner->id)) return {};
    const auto* parent = memory.find<ContactFolder>(item.tenant, item.parent_folder_id);
    if (parent == nullptr || !equals_ignoring_case(parent->mailbox, item.mailbox))
        return fail(Fault::no_owner, "There is no such parent folder in the mailbox.");
    if constexpr (std::is_same_v<Entry, ContactFolder>) {
        const auto inside = folders_in(memory, item.tenant, item.id);
        if (std::ranges::find(inside, item.parent_folder_id) != inside.end())
            return fail(Fault::conflict, "A folder cannot lie in itself.");
    }
    return {};
}

template <class Entry>
OwnerKey owner_of(const Entry& entry) {
    const auto kind = std::is_same_v<Entry, User>    ? OwnerKind::user
                      : std::is_same_v<Entry, Group> ? OwnerKind::group
                                                     : OwnerKind::contact;
    return {entry.tenant, kind, entry.id};
}

// What a list is ordered by.
struct Place {
    std::string name, id;
    auto operator<=>(const Place&) const = default;
};

template <class Entry>
Place place_of(std::string_view display_name, std::string_view id) {
    return {to_lower(display_name), key_of<Entry>(id)};
}

template <class Entry>
void sort(std::vector<Entry>& entries, const directory::Query& query) {
    const auto place = [&](const Entry& entry) {
        return place_of<Entry>(query.by_id ? std::string_view() : entry.display_name, entry.id);
    };
    std::ranges::sort(entries, {}, place);
    if (query.descending) std::ranges::reverse(entries);
    if (!query.after) return;
    const auto cursor = place_of<Entry>(
        query.by_id ? std::string_view() : query.after->display_name, query.after->id);
    std::erase_if(entries, [&](const Entry& entry) {
        return query.descending ? place(entry) >= cursor : place(entry) <= cursor;
    });
}

}  // namespace

template <class Entry>
Result<std::optional<Entry>> MemoryTable<Entry>::find(std::string_view tenant, std::string_view id,
                                                      Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    const Entry* found = memory_.find<Entry>(tenant, id);
    if (found == nullptr) return std::nullopt;
    return *found;
}

template <class Entry>
Result<void> MemoryTable<Entry>::add(const Entry& entry, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    return insert(entry);
}

template <class Entry>
Result<void> MemoryTable<Entry>::insert(const Entry& entry) {
    if (memory_.find<Entry>(entry.tenant, entry.id) != nullptr)
        return fail(Fault::conflict, "Something with that id already exists in the tenant.");
    if (auto fits = check(memory_, entry); !fits) return fits;
    if constexpr (!std::is_same_v<Entry, ContactFolder>)
        memory_.catalog.drop(owner_of(entry), SystemClock().now());
    memory_.all<Entry>().emplace(MemoryEntries::Key(entry.tenant, key_of<Entry>(entry.id)), entry);
    return {};
}

template <class Entry>
Result<std::optional<Entry>> MemoryTable<Entry>::change(std::string_view tenant,
                                                        std::string_view id, const Change& change,
                                                        Deadline deadline,
                                                        const ActingOwner& acting_owner) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    auto* found = memory_.find<Entry>(tenant, id);
    if (found == nullptr) return std::nullopt;
    if (auto fine = memory_.check_acting_owner(tenant, id, acting_owner); !fine)
        return std::unexpected(std::move(fine.error()));
    Entry entry = *found;
    if (auto changed = change(entry); !changed) return std::unexpected(changed.error());
    if (auto fits = check(memory_, entry); !fits) return std::unexpected(fits.error());
    *found = entry;
    return entry;
}

template <class Entry>
Result<std::optional<directory::Removed>> MemoryTable<Entry>::remove(
    std::string_view tenant, std::string_view id, Instant now, Deadline deadline,
    const ActingOwner& acting_owner) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    if (auto fine = memory_.check_acting_owner(tenant, id, acting_owner); !fine)
        return std::unexpected(std::move(fine.error()));
    return memory::remove<Entry>(memory_, tenant, id, now);
}

template <class Entry>
Result<directory::Page<Entry>> MemoryTable<Entry>::list(const directory::Scope& scope,
                                                        const directory::Query& query,
                                                        Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(memory_.mutex);
    directory::Page<Entry> page;
    for (const auto& [key, entry] : memory_.all<Entry>())
        if (is_wanted(memory_, entry, scope, query)) page.entries.push_back(entry);
    if (query.count) page.count = page.entries.size();
    sort(page.entries, query);
    const auto skipped = std::min(query.skip, page.entries.size());
    page.entries.erase(page.entries.begin(),
                       page.entries.begin() + static_cast<std::ptrdiff_t>(skipped));
    page.more = page.entries.size() > query.top;
    if (page.more) page.entries.resize(query.top);
    return page;
}

template class MemoryTable<User>;
template class MemoryTable<Group>;
template class MemoryTable<Contact>;
template class MemoryTable<ContactFolder>;

}  // namespace cameo::store::memory
