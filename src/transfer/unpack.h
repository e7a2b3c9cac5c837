#pragma once

#include <filesystem>
#include <stop_token>

#include "base/result.h"
#include "transfer/progress.h"

namespace cameo::transfer {

// Put what a backup holds into an empty folder: catalog, key, manifest and blobs, each with mode
// 0600. Only names that a backup may hold become files, each once; any other is Fault::malformed.
// Progress counts files. Ended early by a stop, without a fault.
Result<void> unpack_tar(const std::filesystem::path& file, const std::filesystem::path& into,
                        const OnProgress& on_progress, const std::stop_token& stop);
Result<void> unpack_folder(const std::filesystem::path& folder, const std::filesystem::path& into,
                           const OnProgress& on_progress, const std::stop_token& stop);

}  // namespace cameo::transfer
