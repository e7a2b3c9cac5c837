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

// Maps the person of a token to a user of the directory. For a person of an identity provider this
// is the user with the id that the token names; else the one to whom the issuer's subject is bound;
// else, where match_by_name is set for the issuer, the one with the name, or the verified address,
// of the token, if no other subject is bound to that user; else a new user, where the issuer may
// add users. A user that is found or added is bound to the subject from then on, so a later change
// of a name or an address never gives a person another user. Rules: docs/identity.md, "People".
// Thread-safe. The directory is borrowed.
class UserResolver {
  public:
    // By Tenant::id: where the names of people who are added must lie; no entry: anywhere.
    using Domains = std::map<std::string, std::vector<std::string>>;
    // Told why a person of an identity provider is refused, and which setting would change that: a
    // line for the operator's log. Once in ten minutes for a person; of all people 30 lines, then
    // one in ten seconds.
    using Report = std::function<void(const std::string& text)>;

    // `report` may be null.
    explicit UserResolver(directory::Directory& directory, Domains domains = {},
                          Report report = {});

    // Null for an app. nullopt where memory does not suffice, after Wait::memory_only().
    // Fault::unauthenticated where the person is not in the directory, or disabled; its sentence
    // does not reveal which names exist here.
    Result<CacheResult<directory::User>> find(const Principal& principal, Wait wait);

  private:
    using Found = Result<CacheResult<directory::User>>;

    Found by_id(const Principal& principal, std::string_view id, Wait wait);
    Found of_identity(const Principal& principal, Wait wait);
    // By id or binding. Null where no user is found.
    Found known(const Principal& principal, Wait wait);
    Result<CacheResult<std::string>> bound_id(const Principal& principal, Wait wait);
    // The user whom the token names by id, bound to its subject.
    Found bind_by_id(const Principal& principal, std::shared_ptr<const directory::User> user,
                     Wait wait);
    // Null where no user is found.
    Found match_by_name(const Principal& principal, Wait wait);
    Result<std::optional<directory::User>> by_name_or_mail(const Principal& principal,
                                                           Deadline deadline);
    Result<void> bind(const Principal& principal, const directory::User& user, Deadline deadline);
    Found add(const Principal& principal, Wait wait);
    // The refusal of somebody who is not in the directory; `why` is for the log.
    std::unexpected<Error> refuse_unknown(const Principal& principal, std::string_view why);

    directory::Directory& directory_;
    const Domains domains_;
    const Report report_;
    RateLimiter lines_of_person_;
    RateLimiter lines_;
};

}  // namespace cameo::access
