#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "access/principal.h"
#include "base/clock.h"
#include "base/owner.h"
#include "base/result.h"
#include "directory/user.h"
#include "graph/lookups.h"
#include "graph/routes.h"
#include "graph/settings.h"
#include "graph/target.h"
#include "http/reply.h"
#include "http/request.h"

namespace cameo::graph {

// One request on its way through a resource: who asks for what, and what may be asked to answer it.
// All members outlive the call.
struct Call {
    const http::Request& request;
    const Target& target;
    const Route& route;
    const access::Principal& principal;
    const directory::User* self;  // the signed-in user; null for an app
    const Lookups& lookups;
    const Settings& settings;

    // `{origin}/v1.0`: where links of the answer begin.
    std::string base_url() const;
    // `users('{key}')` as a context URL names the owner: the key as sent, or the oid for /me.
    std::string user_context() const;
};

// The user that the path names, once the principal's rights are found to reach them (contract
// section 3, order of judgement). Faults: malformed (/me without a user), denied, no_owner.
Result<std::shared_ptr<const directory::User>> reach_user(const Call& call, access::Subject subject,
                                                          access::Operation operation);

OwnerKey owner_key(const directory::User& user);

}  // namespace cameo::graph
