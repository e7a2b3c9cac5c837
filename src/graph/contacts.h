#pragma once

#include "base/result.h"
#include "graph/request_context.h"
#include "http/reply.h"

// Contacts of a mailbox: `{user}/contacts`, `{folder}/contacts` (contract section 7). Writes answer
// on the work lane only.
namespace cameo::graph {

Result<http::Reply> get_contact(const RequestContext& context);
Result<http::Reply> list_contacts(const RequestContext& context);  // directly in the folder
Result<http::Reply> count_contacts(const RequestContext& context);
Result<http::Reply> post_contact(const RequestContext& context);    // 201
Result<http::Reply> patch_contact(const RequestContext& context);   // 200 with the contact
Result<http::Reply> delete_contact(const RequestContext& context);  // 204

}  // namespace cameo::graph
