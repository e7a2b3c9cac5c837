#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

// Files, beside what base/file.h has. What fails is Fault::internal unless said otherwise;
// the detail names the file and the system's reason.
namespace cameo::transfer {

// A picture to import. Fault::too_large, without reading it, where it has
// more than `limit` bytes; Fault::malformed where it cannot be read.
Result<Bytes> read_upload(const std::filesystem::path& file, std::size_t limit);

Result<Bytes> read_file(const std::filesystem::path& file);

// Everything written to the file system on which the folder lies survives a power cut.
Result<void> sync_file_system(const std::filesystem::path& folder);

// Makes the folder and those above it, with mode 0700 where they are new.
Result<void> make_private_folders(const std::filesystem::path& folder);

// SHA-256 of the file's bytes, in lower-case hex.
Result<std::string> sha256_of_file(const std::filesystem::path& file);

}  // namespace cameo::transfer
