#pragma once

#include "base/result.h"
#include "directory/group.h"
#include "graph/call.h"
#include "http/reply.h"

// The directory entries of groups: `/groups`, `/groups/{id}` (contract section 7). Writes answer on
// the work lane only.
namespace cameo::graph {

Result<http::Reply> get_group(const Call& call);
Result<http::Reply> list_groups(const Call& call);
Result<http::Reply> count_groups(const Call& call);
Result<http::Reply> post_group(const Call& call);    // 201; members@odata.bind adds members
Result<http::Reply> patch_group(const Call& call);   // 204
Result<http::Reply> delete_group(const Call& call);  // 204; its team goes with it

// Brings the group into the form that is stored; a team's visibility comes in small letters.
// Fault::malformed where it cannot be stored.
Result<void> settle_group(directory::Group& group);

}  // namespace cameo::graph
