#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/principal.h"
#include "access/signing_key.h"
#include "base/clock.h"
#include "base/lru_cache.h"
#include "base/result.h"
#include "directory/tenant.h"

namespace cameo::access {

// Bearer token to principal. A token is verified once, then remembered until it expires: bounded,
// keyed by its SHA-256, so that no token lies in memory. Thread-safe; never blocks. The clock is
// borrowed.
class Authenticator {
  public:
    // `photo_admin_roles`: further entries of `wids`, in either letter case, whose holders may
    // write others' photos.
    Authenticator(SigningKey key, std::vector<directory::Tenant> tenants, const Clock& clock,
                  std::size_t remembered_tokens, std::vector<std::string> photo_admin_roles = {});

    // `authorization` is the value of that header field; a view with null data where there is none.
    // Fault::unauthenticated with a sentence for the client. Whether the user still exists and is
    // enabled is the directory's to say.
    Result<std::shared_ptr<const Principal>> authenticate(std::string_view authorization);

  private:
    Result<std::shared_ptr<const Principal>> verify(std::string_view token) const;

    SigningKey key_;
    std::vector<directory::Tenant> tenants_;
    const Clock& clock_;
    std::vector<std::string> photo_admin_roles_;
    LruCache<std::shared_ptr<const Principal>> remembered_;
};

}  // namespace cameo::access
