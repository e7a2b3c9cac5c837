#pragma once

#include "base/result.h"
#include "graph/call.h"
#include "http/reply.h"

// Contacts of a mailbox: `{user}/contacts`, `{folder}/contacts` (contract section 7). Writes answer
// on the work lane only.
namespace cameo::graph {

Result<http::Reply> get_contact(const Call& call);
Result<http::Reply> list_contacts(const Call& call);  // directly in the folder
Result<http::Reply> count_contacts(const Call& call);
Result<http::Reply> post_contact(const Call& call);    // 201
Result<http::Reply> patch_contact(const Call& call);   // 200 with the contact
Result<http::Reply> delete_contact(const Call& call);  // 204

}  // namespace cameo::graph
