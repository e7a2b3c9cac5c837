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

// Reads the claims of a token by the rules of its issuer. Pure functions. The signature is checked
// by the caller.
namespace cameo::access {

// The allowed clock difference between an issuer and this server (docs/identity.md,
// "Token validation").
inline constexpr std::chrono::minutes kClockSkew{5};

// The value at a name, or at a path with dots. A claim whose own name contains the dots is found
// first. Null if there is none.
const boost::json::value* claim_at(const boost::json::object& claims, std::string_view path);

// A string's words, or an array's strings; empty for anything else.
std::vector<std::string> words_at(const boost::json::object& claims, std::string_view path);

// Empty if the claim is absent or not a string.
std::string text_at(const boost::json::object& claims, std::string_view path);

// Whether the token is an application's and not a person's (docs/identity.md has the rules). In
// doubt it is a person's, whose roles are not permissions.
bool is_app_only(const boost::json::object& claims, const IssuerSettings& settings);

// docs/identity.md, "Token validation": aud, exp, nbf, and iat if it is present.
// Fault::unauthenticated.
Result<void> check_audience(const boost::json::object& claims, const IssuerSettings& settings);
Result<void> check_times(const boost::json::object& claims, Instant now);

// `exp`. REQUIRES: check_times holds.
Instant expiry_of(const boost::json::object& claims);

// The client to which the token was issued: appid, azp, client_id or cid.
std::string app_of(const boost::json::object& claims);

// The principal of the claims. REQUIRES: signature, issuer, audience and times are checked.
// Fault::unauthenticated if the tenant is not known here, or the claims name neither a user nor an
// app.
Result<Principal> make_principal(const boost::json::object& claims, const IssuerSettings& settings,
                                 const std::vector<directory::Tenant>& tenants,
                                 const std::vector<std::string>& photo_admin_roles);

}  // namespace cameo::access
