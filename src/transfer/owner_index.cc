#include "transfer/owner_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "transfer/name_pattern.h"

namespace cameo::transfer {
namespace {

constexpr std::chrono::seconds kStoreTime{30};
constexpr std::size_t kPage = 500;

const std::string& label_of(const directory::User& user) { return user.user_principal_name; }
const std::string& label_of(const directory::Group& group) { return group.display_name; }

template <class Entry>
Result<void> each_of(directory::Table<Entry>& table, const std::string& tenant,
                     const Pattern& pattern, const std::function<void(OwnerEntry)>& each) {
    directory::Query query{.top = kPage, .with_kept = pattern.names_kept()};
    while (true) {
        auto page = table.list({.tenant = tenant}, query, deadline_in(kStoreTime));
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

Result<void> for_each_owner(directory::Store& store, const std::string& tenant, OwnerKind kind,
                            const Pattern& pattern, const std::function<void(OwnerEntry)>& each) {
    return kind == OwnerKind::group ? each_of(store.groups(), tenant, pattern, each)
                                    : each_of(store.users(), tenant, pattern, each);
}

Result<OwnerIndex> OwnerIndex::load(directory::Store& store, const std::string& tenant,
                                    OwnerKind kind, const Pattern& pattern) {
    OwnerIndex owners;
    const auto loaded = for_each_owner(store, tenant, kind, pattern, [&](OwnerEntry entry) {
        if (!entry.name.empty())
            owners.by_key_.emplace(match_key(entry.name),
                                   static_cast<std::uint32_t>(owners.entries_.size()));
        owners.entries_.push_back(std::move(entry));
    });
    if (!loaded) return std::unexpected(loaded.error());
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

}  // namespace cameo::transfer
