#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/principal.h"
#include "access/rate_limiter.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/wait.h"
#include "directory/directory.h"

namespace cameo::access {

// Maps the person of a token to a user of the directory: docs/identity.md, "People". For a person
// of an identity provider this is, in this order:
// - the user whose id is in the token;
// - the user to whom the issuer's subject is bound;
// - with match_by_name, the user with the name or the verified address of the token, if no other
//   subject is bound to that user;
// - with provision, a new user.
// The subject is then bound to the user, so a later change of a name or an address never selects
// another user. Thread-safe. The directory is borrowed.
class UserResolver {
  public:
    // By Tenant::id: the allowed domains of the names of added users; no entry: any domain.
    using Domains = std::map<std::string, std::vector<std::string>>;
    // Gets a line for the operator's log: why a person of an identity provider is refused, and
    // which setting would change that. Once in ten minutes per person; for all people 30 lines,
    // then one in ten seconds.
    using Report = std::function<void(const std::string& text)>;

    // `report` may be null.
    explicit UserResolver(directory::Directory& directory, Domains domains = {},
                          Report report = {});

    // Null for an app. nullopt, only after Wait::memory_only(), if the answer needs the store.
    // Fault::unauthenticated if the person is disabled or not in the directory; its sentence does
    // not reveal which names exist here.
    Result<CacheResult<directory::User>> find(const Principal& principal, Wait wait);

  private:
    using Found = Result<CacheResult<directory::User>>;

    Found by_id(const Principal& principal, std::string_view id, Wait wait);
    Found of_identity(const Principal& principal, Wait wait);
    // By id or binding. Null if no user is found.
    Found known(const Principal& principal, Wait wait);
    Result<CacheResult<std::string>> bound_id(const Principal& principal, Wait wait);
    // The user with the id in the token, bound to its subject.
    Found bind_by_id(const Principal& principal, std::shared_ptr<const directory::User> user,
                     Wait wait);
    // Null if no user is found.
    Found match_by_name(const Principal& principal, Wait wait);
    Result<std::optional<directory::User>> by_name_or_mail(const Principal& principal,
                                                           Deadline deadline);
    Result<void> bind(const Principal& principal, const directory::User& user, Deadline deadline);
    Found add(const Principal& principal, Wait wait);
    // The refusal of a person who is not in the directory; `why` is for the log.
    std::unexpected<Error> refuse_unknown(const Principal& principal, std::string_view why);

    directory::Directory& directory_;
    const Domains domains_;
    const Report report_;
    RateLimiter lines_of_person_;
    RateLimiter lines_;
};

}  // namespace cameo::access
