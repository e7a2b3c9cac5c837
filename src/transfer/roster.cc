#include "transfer/roster.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "transfer/file_name.h"

namespace cameo::transfer {
namespace {

constexpr std::chrono::seconds kStoreTime{30};
constexpr std::size_t kPage = 500;

const std::string& label_of(const directory::User& user) { return user.user_principal_name; }
const std::string& label_of(const directory::Group& group) { return group.display_name; }

template <class Entry>
Result<void> each_of(directory::Table<Entry>& table, const std::string& tenant,
                     const Pattern& pattern, const std::function<void(Member)>& each) {
    directory::Query query{.top = kPage};
    while (true) {
        auto page = table.list({.tenant = tenant}, query, deadline_in(kStoreTime));
        if (!page) return std::unexpected(std::move(page.error()));
        for (const auto& entry : page->objects)
            each({entry.id, label_of(entry), pattern.expand(entry), entry.photo_storage});
        if (!page->more || page->objects.empty()) return {};
        query.after = {page->objects.back().display_name, page->objects.back().id};
    }
}

}  // namespace

Result<void> for_each_member(directory::Store& store, const std::string& tenant, OwnerKind kind,
                             const Pattern& pattern, const std::function<void(Member)>& each) {
    return kind == OwnerKind::group ? each_of(store.groups(), tenant, pattern, each)
                                    : each_of(store.users(), tenant, pattern, each);
}

Result<Roster> Roster::load(directory::Store& store, const std::string& tenant, OwnerKind kind,
                            const Pattern& pattern) {
    Roster roster;
    const auto loaded = for_each_member(store, tenant, kind, pattern, [&](Member member) {
        if (!member.name.empty())
            roster.by_key_.emplace(match_key(member.name),
                                   static_cast<std::uint32_t>(roster.members_.size()));
        roster.members_.push_back(std::move(member));
    });
    if (!loaded) return std::unexpected(loaded.error());
    return roster;
}

std::vector<std::size_t> Roster::find(std::string_view name) const {
    std::vector<std::size_t> found;
    const auto [first, last] = by_key_.equal_range(match_key(name));
    for (auto at = first; at != last; ++at) found.push_back(at->second);
    std::ranges::sort(found);
    return found;
}

}  // namespace cameo::transfer
