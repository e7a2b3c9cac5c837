#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "access/issuer_settings.h"
#include "access/principal.h"
#include "base/result.h"
#include "directory/objects.h"

namespace cameo::access {

// Who the claims speak of. REQUIRES: signature, issuer, audience and times hold.
// Fault::unauthenticated where the tenant is not known here, or they name neither a user nor an
// app.
Result<Principal> make_principal(const boost::json::object& claims, const IssuerSettings& settings,
                                 const std::vector<directory::Tenant>& tenants,
                                 const std::vector<std::string>& photo_admin_roles);

}  // namespace cameo::access
