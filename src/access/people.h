#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/principal.h"
#include "base/clock.h"
#include "base/lru_cache.h"
#include "base/result.h"
#include "directory/directory.h"

namespace cameo::access {

// Who a person's token speaks of in the directory. A person of an identity provider is the user
// with the id that the token names; else the one to whom the issuer's subject is bound; else the
// one with the name, or the verified address, of the token, who is then bound to the subject for
// ever, so that nobody can become another by changing a name or an address later; else they are
// added, where the issuer may. Thread-safe. The directory is borrowed.
class People {
  public:
    // By Tenant::id: where the names of people who are added must lie; no entry: anywhere.
    using Domains = std::map<std::string, std::vector<std::string>>;

    // `remembered` people of identity providers.
    People(directory::Directory& directory, Domains domains, std::size_t remembered);

    // Null for an app. Without `deadline` from memory alone: Fault::not_in_memory where that does
    // not suffice. Fault::unauthenticated where the person is not in the directory, or disabled.
    Result<std::shared_ptr<const directory::User>> find(const Principal& principal,
                                                        std::optional<Deadline> deadline);

  private:
    using Found = Result<std::shared_ptr<const directory::User>>;

    Found by_id(const Principal& principal, std::string_view id, std::optional<Deadline> deadline);
    Found of_identity(const Principal& principal, std::optional<Deadline> deadline);
    // Null where nobody is found.
    Found resolve(const Principal& principal, Deadline deadline);
    Result<std::optional<directory::User>> by_name_or_mail(const Principal& principal,
                                                           Deadline deadline);
    Result<void> bind(const Principal& principal, const directory::User& user, Deadline deadline);
    Result<void> add(const Principal& principal, Deadline deadline);

    directory::Directory& directory_;
    Domains domains_;
    LruCache<std::string> ids_;  // by tenant, issuer and subject; a hint, as users may be removed
};

}  // namespace cameo::access
