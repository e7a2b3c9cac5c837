#include "matching/owner_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/clock.h"
#include "matching/name_pattern.h"

namespace cameo::matching {
namespace {

constexpr std::chrono::seconds kStoreTime{30};
constexpr std::size_t kPage = 500;
// So many owners of one name are enough to know that it is ambiguous: memory stays bounded by the
// number of names, however many users share one.
constexpr std::size_t kAmbiguous = 2;

const std::string& label_of(const directory::User& user) { return user.user_principal_name; }
const std::string& label_of(const directory::Group& group) { return group.display_name; }

using Each = std::function<void(OwnerEntry)>;

// In list order. Each page has kStoreTime, and all of them end by `end`.
template <class Entry>
Result<void> each_of(directory::Table<Entry>& table, const std::string& tenant,
                     const Pattern& pattern, Deadline end, const Each& each) {
    directory::Query query{.top = kPage, .with_kept = pattern.names_kept()};
    while (true) {
        auto page = table.list({.tenant = tenant}, query, std::min(deadline_in(kStoreTime), end));
        if (!page) return std::unexpected(std::move(page.error()));
        for (const auto& entry : page->objects)
            each({entry.id, label_of(entry), pattern.expand(entry), entry.photo_storage});
        if (!page->more || page->objects.empty()) return {};
        query.after = {page->objects.back().display_name, page->objects.back().id};
    }
}

std::string description_of(const directory::User& user) {
    return fmt::format("user {}", user.user_principal_name);
}
std::string description_of(const directory::Group& group) {
    return fmt::format("group {} ({})", group.display_name, group.id);
}
std::string description_of(const directory::Contact& contact) {
    return fmt::format("contact {} of user {}", contact.display_name, contact.mailbox);
}

template <class Entry>
Result<std::optional<std::string>> label_in(directory::Table<Entry>& table, const OwnerKey& owner,
                                            Deadline deadline) {
    const auto found = table.find(owner.tenant, owner.id, deadline);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    return description_of(**found);
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

void OwnerIndex::add(OwnerEntry entry, std::string key) {
    if (!entry.name.empty())
        by_key_.emplace(std::move(key), static_cast<std::uint32_t>(entries_.size()));
    entries_.push_back(std::move(entry));
}

Result<OwnerIndex> OwnerIndex::load(directory::Store& store, const std::string& tenant,
                                    OwnerKind kind, const Pattern& pattern) {
    OwnerIndex owners;
    const auto add = [&](OwnerEntry entry) {
        auto key = match_key(entry.name);
        owners.add(std::move(entry), std::move(key));
    };
    const auto loaded = kind == OwnerKind::group
                            ? each_of(store.groups(), tenant, pattern, Deadline::max(), add)
                            : each_of(store.users(), tenant, pattern, Deadline::max(), add);
    if (!loaded) return std::unexpected(loaded.error());
    return owners;
}

Result<OwnerIndex> OwnerIndex::load_named(directory::Store& store, const std::string& tenant,
                                          const Pattern& pattern,
                                          std::span<const std::string> names, Deadline deadline) {
    std::unordered_set<std::string> wanted;
    for (const auto& name : names) wanted.insert(match_key(name));
    OwnerIndex owners;
    const auto add = [&](OwnerEntry entry) {
        auto key = match_key(entry.name);
        if (wanted.contains(key) && owners.by_key_.count(key) < kAmbiguous)
            owners.add(std::move(entry), std::move(key));
    };
    if (auto loaded = each_of(store.users(), tenant, pattern, deadline, add); !loaded)
        return std::unexpected(std::move(loaded.error()));
    return owners;
}

std::vector<std::size_t> OwnerIndex::find(std::string_view name) const {
    std::vector<std::size_t> found;
    const auto [first, last] = by_key_.equal_range(match_key(name));
    for (auto at = first; at != last; ++at) found.push_back(at->second);
    std::ranges::sort(found);
    return found;
}

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

}  // namespace cameo::matching
