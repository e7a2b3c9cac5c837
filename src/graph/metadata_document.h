#pragma once

#include <string>

#include "graph/request_context.h"

// What the service says about itself: its types and where they hang, as CSDL 4.01 XML (OASIS "OData
// Common Schema Definition Language (CSDL) XML Representation"). What Microsoft Graph's own
// document names and is served here agrees with it; `photoStorage` is ours.
namespace cameo::graph {

// The document. The same text at each call.
std::string metadata_document();

// GET and HEAD of `/$metadata`, which needs no token. The call's principal is not looked at. Never
// blocks. Thread-safe.
HandlerResult get_metadata_document(const RequestContext& context);

}  // namespace cameo::graph
