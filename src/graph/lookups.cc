#include "graph/lookups.h"

namespace cameo::graph {
namespace {

std::unexpected<Error> later() { return fail(Fault::not_in_memory, ""); }

}  // namespace

Result<std::shared_ptr<const directory::User>> Lookups::user(std::string_view tenant,
                                                             std::string_view key) const {
    if (lane_ == Lane::work) return directory_.user(tenant, key, deadline_);
    auto known = directory_.cached_user(tenant, key);
    if (!known) return later();
    return *known;
}

template <class Object>
Result<std::shared_ptr<const Object>> Lookups::object(directory::Repository<Object>& objects,
                                                      std::string_view tenant,
                                                      std::string_view id) const {
    if (lane_ == Lane::work) return objects.find(tenant, id, deadline_);
    auto known = objects.cached(tenant, id);
    if (!known) return later();
    return *known;
}

Result<std::shared_ptr<const directory::Group>> Lookups::group(std::string_view tenant,
                                                               std::string_view id) const {
    return object(directory_.groups(), tenant, id);
}

Result<std::shared_ptr<const directory::Contact>> Lookups::contact(std::string_view tenant,
                                                                   std::string_view id) const {
    return object(directory_.contacts(), tenant, id);
}

Result<std::shared_ptr<const directory::ContactFolder>> Lookups::folder(std::string_view tenant,
                                                                        std::string_view id) const {
    return object(directory_.folders(), tenant, id);
}

Result<std::shared_ptr<const photo::Photo>> Lookups::photo(const OwnerKey& owner) const {
    if (lane_ == Lane::work) return photos_.photo(owner, deadline_);
    auto known = photos_.cached_photo(owner);
    if (!known) return later();
    return *known;
}

Result<std::shared_ptr<const photo::CachedRendition>> Lookups::content(
    const OwnerKey& owner, const photo::Photos::Chooser& choose) const {
    if (lane_ == Lane::work) return photos_.content(owner, choose, deadline_);
    const auto found = photo(owner);
    if (!found) return std::unexpected(found.error());
    const auto* chosen = *found ? choose(**found) : nullptr;
    if (chosen == nullptr) return fail(Fault::no_photo, "");
    auto cached = photos_.cached_rendition(**found, *chosen);
    if (!cached) return later();
    return cached;
}

}  // namespace cameo::graph
