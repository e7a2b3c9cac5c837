#pragma once

#include "base/result.h"
#include "graph/request_context.h"
#include "http/reply.h"

// Folders of contacts: `{user}/contactFolders`, `{folder}/childFolders` (docs/directory.md).
namespace cameo::graph {

HandlerResult get_folder(const RequestContext& context);
HandlerResult list_folders(const RequestContext& context);  // directly in the folder
HandlerResult count_folders(const RequestContext& context);
HandlerResult post_folder(const RequestContext& context);    // 201
HandlerResult patch_folder(const RequestContext& context);   // 200 with the folder
HandlerResult delete_folder(const RequestContext& context);  // 204, with all that lies in it

}  // namespace cameo::graph
