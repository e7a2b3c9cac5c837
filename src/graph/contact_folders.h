#pragma once

#include "base/result.h"
#include "graph/call.h"
#include "http/reply.h"

// Folders of contacts: `{user}/contactFolders`, `{folder}/childFolders` (contract section 7).
// Writes answer on the work lane only.
namespace cameo::graph {

Result<http::Reply> get_folder(const Call& call);
Result<http::Reply> list_folders(const Call& call);  // directly in the folder
Result<http::Reply> count_folders(const Call& call);
Result<http::Reply> post_folder(const Call& call);    // 201
Result<http::Reply> patch_folder(const Call& call);   // 200 with the folder
Result<http::Reply> delete_folder(const Call& call);  // 204, with all that lies in it

}  // namespace cameo::graph
