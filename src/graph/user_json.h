#pragma once

#include <boost/json/object.hpp>

#include "base/result.h"
#include "directory/user.h"
#include "graph/odata.h"

// A user as Graph writes it: names, order and default set of its properties (contract section 7).
namespace cameo::graph {

// The members that the options select, after whatever `body` already holds. Fault::malformed for a
// selected name that Graph's user type does not have.
Result<void> append_user(boost::json::object& body, const directory::User& user,
                         const Options& options);

// A new user from the body of a POST. Requires Graph's members accountEnabled, displayName,
// mailNickname and userPrincipalName; leaves out what is not kept here, passwordProfile first of
// all. The id may be given (an organisation's own); otherwise one is made. Fault::malformed names
// the member at fault.
Result<directory::User> parse_user(const boost::json::object& body);

}  // namespace cameo::graph
