#include "directory/entries.h"

#include <type_traits>
#include <utility>

#include "base/text.h"
#include "directory/property.h"

namespace cameo::directory {
namespace {

std::size_t bytes_of(const std::string& text) { return text.size(); }
std::size_t bytes_of(const EmailAddress& one) {
    return sizeof one + one.name.size() + one.address.size();
}
template <class Item>
std::size_t bytes_of(const std::vector<Item>& list) {
    std::size_t bytes = list.size() * sizeof(Item);
    for (const auto& item : list) bytes += bytes_of(item);
    return bytes;
}
std::size_t bytes_of(bool) { return 0; }
std::size_t bytes_of(PhotoStorage) { return 0; }

template <class Entry>
std::size_t bytes_of(const std::shared_ptr<const Entry>& entry) {
    if (!entry) return 0;
    std::size_t bytes = sizeof(Entry) + entry->tenant.size();
    for (const auto& property : properties<Entry>())
        bytes +=
            std::visit([&](auto member) { return bytes_of((*entry).*member); }, property.member);
    return bytes;
}

}  // namespace

// Ids of users and groups are GUIDs, found in either letter case; those of a mailbox are not.
template <class Entry>
std::string Entries<Entry>::key(std::string_view tenant, std::string_view id) {
    constexpr bool kFolds = std::is_same_v<Entry, User> || std::is_same_v<Entry, Group>;
    std::string text;
    text.reserve(tenant.size() + id.size() + 1);
    text.append(tenant).append(1, '\n');
    for (const char c : id) text += kFolds ? to_lower(c) : c;
    return text;
}

template <class Entry>
Known<Entry> Entries<Entry>::cached(std::string_view tenant, std::string_view id) {
    if (!can_be_id<Entry>(id)) return nullptr;
    return memory_.find(key(tenant, id));
}

template <class Entry>
Result<std::shared_ptr<const Entry>> Entries<Entry>::find(std::string_view tenant,
                                                          std::string_view id, Deadline deadline) {
    if (!can_be_id<Entry>(id)) return nullptr;
    const std::string remembered = key(tenant, id);
    if (auto known = memory_.find(remembered)) return *known;
    const auto ticket = memory_.begin_load(remembered);
    auto found = table_.find(tenant, id, deadline);
    if (!found) return std::unexpected(std::move(found.error()));
    std::shared_ptr<const Entry> entry;
    if (*found) entry = std::make_shared<const Entry>(std::move(**found));
    memory_.finish_load(ticket, remembered, entry, bytes_of(entry));
    return entry;
}

template <class Entry>
Result<void> Entries<Entry>::add(const Entry& entry, Deadline deadline) {
    auto added = table_.add(entry, deadline);
    forget(entry.tenant, entry.id);  // it may be remembered as belonging to nobody
    return added;
}

template <class Entry>
Result<std::optional<Entry>> Entries<Entry>::change(std::string_view tenant, std::string_view id,
                                                    const typename Table<Entry>::Change& change,
                                                    Deadline deadline,
                                                    const ActingOwner& acting_owner) {
    auto changed = table_.change(tenant, id, change, deadline, acting_owner);
    forget(tenant, id);
    return changed;
}

template <class Entry>
Result<std::optional<Removed>> Entries<Entry>::remove(std::string_view tenant, std::string_view id,
                                                      Instant now, Deadline deadline,
                                                      const ActingOwner& acting_owner) {
    auto removed = table_.remove(tenant, id, now, deadline, acting_owner);
    forget(tenant, id);
    return removed;
}

template <class Entry>
void Entries<Entry>::forget(std::string_view tenant, std::string_view id) {
    memory_.erase(key(tenant, id));
}

template class Entries<User>;
template class Entries<Group>;
template class Entries<Contact>;
template class Entries<ContactFolder>;

}  // namespace cameo::directory
