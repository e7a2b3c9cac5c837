#pragma once

#include "base/result.h"
#include "graph/request_context.h"
#include "http/reply.h"

// Contacts of a mailbox: `{user}/contacts`, `{folder}/contacts` (docs/directory.md).
namespace cameo::graph {

HandlerResult get_contact(const RequestContext& context);
HandlerResult list_contacts(const RequestContext& context);  // directly in the folder
HandlerResult count_contacts(const RequestContext& context);
HandlerResult post_contact(const RequestContext& context);    // 201
HandlerResult patch_contact(const RequestContext& context);   // 200 with the contact
HandlerResult delete_contact(const RequestContext& context);  // 204

}  // namespace cameo::graph
