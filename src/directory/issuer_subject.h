#pragma once

#include <compare>
#include <string>
#include <vector>

#include "base/result.h"

namespace cameo::directory {

// The name of a person at an identity provider, which never changes: docs/identity.md.
struct IssuerSubject {
    std::string tenant;
    std::string issuer;   // iss
    std::string subject;  // sub, or what is configured instead

    auto operator<=>(const IssuerSubject&) const = default;
};

// Whether a user to whom `held` are bound may be given to `subject` for their name or address.
// Fault::conflict where another subject is among them: an issuer does not vouch for the names that
// another one gave out. The same GUID at another issuer is the same person (Entra's oid). The
// detail is for the operator.
Result<void> check_binding(const IssuerSubject& subject, const std::vector<IssuerSubject>& held);

}  // namespace cameo::directory
