#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/issuer_keys.h"
#include "access/principal.h"
#include "base/clock.h"
#include "base/lru_cache.h"
#include "base/result.h"
#include "base/wait.h"
#include "directory/objects.h"

namespace cameo::access {

struct Jwt;

// Turns a bearer token into a principal: docs/identity.md, "Token validation". A token is verified
// once and then cached until it expires or its key is withdrawn. The cache is bounded. Its lookup
// uses a keyed hash and compares the whole token. Thread-safe. Borrows the clock.
class Authenticator {
  public:
    // `photo_admin_roles`: further directory roles, in either letter case, that allow writing the
    // photos of other users.
    Authenticator(std::vector<Issuer> issuers, std::vector<directory::Tenant> tenants,
                  const Clock& clock, std::size_t cached_tokens,
                  std::vector<std::string> photo_admin_roles = {});
    ~Authenticator();

    // `authorization` is the value of that header field; a view with null data if it is absent.
    // Fault::unauthenticated with a sentence for the client. Does not check whether the user exists
    // and is enabled: user_resolver.h.
    //
    // With Wait::memory_only() it never blocks: null if a request to the issuer could bring the key
    // of the token. Otherwise it waits for one such refresh. Fault::busy if the keys of an issuer
    // that may be the token's were never fetched.
    Result<std::shared_ptr<const Principal>> authenticate(std::string_view authorization,
                                                          Wait wait = Wait::memory_only());

    const std::vector<Issuer>& issuers() const { return issuers_; }

  private:
    struct VerifiedToken;
    struct Candidate;
    struct Search;

    std::shared_ptr<const VerifiedToken> find_cached(std::string_view key, std::string_view token);
    Search search(const Jwt& jwt) const;
    // Null if the issuer must be asked first.
    Result<std::shared_ptr<const VerifiedToken>> verify(std::string_view token, Wait wait) const;
    Result<std::shared_ptr<const VerifiedToken>> check_candidate(const Candidate& candidate,
                                                                 const Jwt& jwt,
                                                                 std::string_view token) const;
    Result<Principal> check_claims(const Candidate& candidate, const Jwt& jwt) const;

    std::vector<Issuer> issuers_;
    std::vector<directory::Tenant> tenants_;
    const Clock& clock_;
    std::vector<std::string> photo_admin_roles_;
    const std::size_t hash_key_;  // random, so that no client can choose hashes that collide
    LruCache<std::shared_ptr<const VerifiedToken>> cache_;
};

}  // namespace cameo::access
