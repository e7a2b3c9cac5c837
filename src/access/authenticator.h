#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/issuer_keys.h"
#include "access/principal.h"
#include "base/clock.h"
#include "base/lru_cache.h"
#include "base/result.h"
#include "directory/objects.h"

namespace cameo::access {

struct Jwt;

// Bearer token to principal: contract section 5. A token is verified once, then remembered until it
// expires or its key is withdrawn: bounded, keyed by its SHA-256, so that no token lies in memory.
// Thread-safe. The clock is borrowed.
class Authenticator {
  public:
    // `photo_admin_roles`: further directory roles, in either letter case, whose holders may write
    // others' photos.
    Authenticator(std::vector<Issuer> issuers, std::vector<directory::Tenant> tenants,
                  const Clock& clock, std::size_t cached_tokens,
                  std::vector<std::string> photo_admin_roles = {});
    ~Authenticator();

    // `authorization` is the value of that header field; a view with null data where there is none.
    // Fault::unauthenticated with a sentence for the client. Whether the user still exists and is
    // enabled is the directory's to say.
    //
    // Without `wait_until` it never blocks: Fault::not_in_memory where the token's key may be found
    // by asking its issuer. With it, waits for one such refresh, until then at most. Fault::busy
    // where the keys of an issuer that may be the token's have never been fetched.
    Result<std::shared_ptr<const Principal>> authenticate(
        std::string_view authorization, std::optional<Deadline> wait_until = std::nullopt);

    const std::vector<Issuer>& issuers() const { return issuers_; }

  private:
    struct VerifiedToken;
    struct Candidate;
    struct Search;

    std::shared_ptr<const VerifiedToken> find_cached(std::string_view key);
    Search search(const Jwt& jwt) const;
    Result<std::shared_ptr<const VerifiedToken>> verify(std::string_view token,
                                                        std::optional<Deadline> wait_until) const;
    Result<std::shared_ptr<const VerifiedToken>> check_candidate(const Candidate& candidate,
                                                                 const Jwt& jwt) const;
    Result<Principal> check_claims(const Candidate& candidate, const Jwt& jwt) const;

    std::vector<Issuer> issuers_;
    std::vector<directory::Tenant> tenants_;
    const Clock& clock_;
    std::vector<std::string> photo_admin_roles_;
    LruCache<std::shared_ptr<const VerifiedToken>> cache_;
};

}  // namespace cameo::access
