#pragma once

#include <filesystem>
#include <vector>

#include "transfer/fsck.h"

namespace cameo::transfer {

// What is wrong with the files of a data folder as files (docs/storage.md): readable by others than
// their owner, not the folder's owner's, or left in blobs/tmp over an hour ago by a process that
// was killed. Harmless beside a running server, mending included.
std::vector<Problem> check_folder(const std::filesystem::path& data);

}  // namespace cameo::transfer
