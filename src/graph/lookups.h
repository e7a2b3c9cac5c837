#pragma once

#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/owner.h"
#include "base/result.h"
#include "directory/directory.h"
#include "photo/photos.h"

namespace cameo::graph {

enum class Lane { quick, work };

// Reads for one request. On the quick lane from memory only, with Fault::not_in_memory where the
// memory does not know; on the work lane from the stores. So each resource is written once, for
// both lanes. Borrows its collaborators.
class Lookups {
  public:
    Lookups(directory::Directory& directory, photo::Photos& photos, Lane lane, Deadline deadline)
        : directory_(directory), photos_(photos), lane_(lane), deadline_(deadline) {}

    Lane lane() const { return lane_; }
    Deadline deadline() const { return deadline_; }

    // Null where there is none.
    Result<std::shared_ptr<const directory::User>> user(std::string_view tenant,
                                                        std::string_view key) const;
    Result<std::shared_ptr<const directory::Group>> group(std::string_view tenant,
                                                          std::string_view id) const;
    Result<std::shared_ptr<const directory::Contact>> contact(std::string_view tenant,
                                                              std::string_view id) const;
    Result<std::shared_ptr<const directory::ContactFolder>> folder(std::string_view tenant,
                                                                   std::string_view id) const;
    Result<std::shared_ptr<const photo::Photo>> photo(const OwnerKey& owner) const;

    // As photo::Photos::content.
    Result<std::shared_ptr<const photo::CachedRendition>> content(
        const OwnerKey& owner, const photo::Photos::Chooser& choose) const;

  private:
    template <class Object>
    Result<std::shared_ptr<const Object>> object(directory::Repository<Object>& objects,
                                                 std::string_view tenant,
                                                 std::string_view id) const;

    directory::Directory& directory_;
    photo::Photos& photos_;
    Lane lane_;
    Deadline deadline_;
};

}  // namespace cameo::graph
