#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "access/issuer_settings.h"
#include "access/principal.h"
#include "base/clock.h"
#include "base/result.h"
#include "directory/objects.h"

// What the claims of a token mean, by the rules of its issuer. Pure functions. The signature is
// checked elsewhere.
namespace cameo::access {

// How far the clocks of an issuer and of this server may lie apart (docs/identity.md,
// "Token validation").
inline constexpr std::chrono::minutes kClockSkew{5};

// The value at a name or a path with dots; a name that itself has dots is found first. Null where
// there is none.
const boost::json::value* claim_at(const boost::json::object& claims, std::string_view path);

// A string's words, or an array's strings; empty for anything else.
std::vector<std::string> words_at(const boost::json::object& claims, std::string_view path);

// Empty where the claim is absent or no string.
std::string text_at(const boost::json::object& claims, std::string_view path);

// Whether the token speaks for an app on its own and not for a person (docs/identity.md has the
// rules). Where in doubt it is a person's, whose roles are no permissions.
bool is_app_only(const boost::json::object& claims, const IssuerSettings& settings);

// docs/identity.md, "Token validation": aud, exp, nbf, and iat where it is there.
// Fault::unauthenticated.
Result<void> check_audience(const boost::json::object& claims, const IssuerSettings& settings);
Result<void> check_times(const boost::json::object& claims, Instant now);

// `exp`. REQUIRES: check_times holds.
Instant expiry_of(const boost::json::object& claims);

// The client that asked for the token: appid, azp, client_id or cid.
std::string app_of(const boost::json::object& claims);

// Who the claims speak of. REQUIRES: signature, issuer, audience and times hold.
// Fault::unauthenticated where the tenant is not known here, or they name neither a user nor an
// app.
Result<Principal> make_principal(const boost::json::object& claims, const IssuerSettings& settings,
                                 const std::vector<directory::Tenant>& tenants,
                                 const std::vector<std::string>& photo_admin_roles);

}  // namespace cameo::access
