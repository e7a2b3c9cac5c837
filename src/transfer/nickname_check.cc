#include <fmt/format.h>

#include <string>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "directory/query.h"
#include "transfer/fsck.h"

namespace cameo::transfer {
namespace {

constexpr std::chrono::seconds kStoreTime{60};
constexpr std::size_t kPage = 500;

using directory::Group;

std::string label_of(const Group& group) {
    return fmt::format("{} ({})", group.display_name, group.id);
}

// Calls `each` for every Microsoft 365 group of the tenant that has a nickname.
template <class Each>
Result<void> each_unified(directory::Store& store, const std::string& tenant, const Each& each) {
    directory::Query query{.filter = directory::Filter{.kind = directory::Filter::Kind::equals,
                                                       .property = "groupTypes",
                                                       .value = std::string("Unified"),
                                                       .parts = {}},
                           .top = kPage};
    while (true) {
        const auto page = store.groups().list({.tenant = tenant}, query, deadline_in(kStoreTime));
        if (!page) return std::unexpected(page.error());
        for (const auto& group : page->objects)
            if (!unique_nickname(group).empty()) each(group);
        if (!page->more || page->objects.empty()) return {};
        query.after = {page->objects.back().display_name, page->objects.back().id};
    }
}

}  // namespace

Result<std::vector<Problem>> check_nicknames(directory::Store& directory) {
    const auto tenants = directory.tenants(deadline_in(kStoreTime));
    if (!tenants) return std::unexpected(tenants.error());
    std::vector<Problem> problems;
    for (const auto& tenant : *tenants) {
        std::unordered_map<std::string, std::string> holders;  // a label by the nickname
        auto done = each_unified(directory, tenant.id, [&](const Group& group) {
            const auto [holder, is_first] =
                holders.try_emplace(unique_nickname(group), label_of(group));
            if (!is_first)
                problems.push_back(
                    {fmt::format("The groups {} and {} have the same mailNickname "
                                 "'{}': change one of them.",
                                 holder->second, label_of(group), group.mail_nickname),
                     "",
                     {}});
        });
        if (!done) return std::unexpected(std::move(done.error()));
    }
    return problems;
}

}  // namespace cameo::transfer
