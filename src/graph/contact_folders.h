#pragma once

#include "base/result.h"
#include "graph/request_context.h"
#include "http/reply.h"

// Folders of contacts: `{user}/contactFolders`, `{folder}/childFolders` (contract section 7).
// Writes answer on the work lane only.
namespace cameo::graph {

Result<http::Reply> get_folder(const RequestContext& context);
Result<http::Reply> list_folders(const RequestContext& context);  // directly in the folder
Result<http::Reply> count_folders(const RequestContext& context);
Result<http::Reply> post_folder(const RequestContext& context);    // 201
Result<http::Reply> patch_folder(const RequestContext& context);   // 200 with the folder
Result<http::Reply> delete_folder(const RequestContext& context);  // 204, with all that lies in it

}  // namespace cameo::graph
