#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

// File functions in addition to base/file.h. Failures are Fault::internal unless noted otherwise;
// the detail names the file and the system's reason.
namespace cameo::transfer {

// Reads a picture to import. Fault::too_large, without reading it, if it has more than `limit`
// bytes; Fault::malformed if it cannot be read.
Result<Bytes> read_upload(const std::filesystem::path& file, std::size_t limit);

Result<Bytes> read_file(const std::filesystem::path& file);

// Makes all writes to the folder's file system survive a power cut.
Result<void> sync_file_system(const std::filesystem::path& folder);

// Makes the folder and its missing parents, with mode 0700.
Result<void> make_private_folders(const std::filesystem::path& folder);

// SHA-256 of the file's bytes, in lower-case hex.
Result<std::string> sha256_of_file(const std::filesystem::path& file);

}  // namespace cameo::transfer
