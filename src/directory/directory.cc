#include "directory/directory.h"

#include <utility>

#include "base/ids.h"
#include "base/text.h"

namespace cameo::directory {
namespace {

std::string cache_key(std::string_view tenant, std::string_view key) {
    std::string text;
    text.reserve(tenant.size() + key.size() + 1);
    text.append(tenant).append(1, '\n');
    for (const char c : key) text += to_lower(c);
    return text;
}

}  // namespace

Directory::Directory(Store& store, std::size_t cache_entries)
    : store_(store), users_(cache_entries) {}

Directory::Known Directory::cached_user(std::string_view tenant, std::string_view key) {
    return users_.find(cache_key(tenant, key));
}

Result<std::shared_ptr<const User>> Directory::user(std::string_view tenant, std::string_view key,
                                                    Deadline deadline) {
    const std::string remembered = cache_key(tenant, key);
    if (auto known = users_.find(remembered)) return *known;
    const auto ticket = users_.begin_load(remembered);
    auto found = is_guid(key) ? store_.user_by_id(tenant, key, deadline)
                              : store_.user_by_name(tenant, key, deadline);
    if (!found) return std::unexpected(std::move(found.error()));
    std::shared_ptr<const User> user;
    if (*found) user = std::make_shared<const User>(std::move(**found));
    users_.finish_load(ticket, remembered, user, 1);
    return user;
}

Result<void> Directory::add(const User& user, Deadline deadline) {
    auto added = store_.add_user(user, deadline);
    // Both names may be remembered as belonging to nobody.
    users_.erase(cache_key(user.tenant, user.id));
    users_.erase(cache_key(user.tenant, user.user_principal_name));
    return added;
}

}  // namespace cameo::directory
