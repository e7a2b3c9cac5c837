#pragma once

#include "graph/request_context.h"
#include "graph/routes.h"

// What the web page asks before it has a token: docs/cameo-api.md, "Signing in with a code" and
// "The configuration of the page".
namespace cameo::graph {

// `GET /cameo/v1/web`.
HandlerResult get_web(const RequestContext& context);

// The finder of `POST /cameo/v1/sign-in`: redeems the code of the body and finds its user, who is
// then the caller. False before the body has arrived; a body that is declared longer than a code
// needs is refused before it is read, since it comes without a token. Faults: unauthenticated,
// malformed, too_large; no_owner where the built-in issuer is switched off.
Result<bool> find_sign_in(RequestContext& context);

// 200 with the token. REQUIRES: find_sign_in.
HandlerResult post_sign_in(const RequestContext& context);

}  // namespace cameo::graph
