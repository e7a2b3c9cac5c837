#pragma once

#include <string>

#include "graph/request_context.h"

// The description of the service: its types and their navigation properties, as CSDL 4.01 XML
// (OASIS "OData Common Schema Definition Language (CSDL) XML Representation"). The types agree with
// Microsoft Graph's document; `photoStorage` is an extension.
namespace cameo::graph {

// The document; constant.
std::string metadata_document();

// GET and HEAD of `/$metadata`, which needs no token. Never blocks. Thread-safe.
HandlerResult get_metadata_document(const RequestContext& context);

}  // namespace cameo::graph
