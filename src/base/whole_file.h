#pragma once

#include <filesystem>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

// Files that are replaced as a whole: a reader, and the next start after a crash, finds the old
// bytes or the new ones. One writer of a file at a time. What fails is Fault::internal; the detail
// names the file and the system's reason.
namespace cameo {

// Writes the file under another name beside it (dot in front, `.part` behind), then renames.
// Replaces what is there; on a failure nothing is left of the new file. Survives a power cut only
// after a sync of the file system.
Result<void> write_file(const std::filesystem::path& file, ByteView bytes, unsigned mode);

// As write_file; the bytes and the name survive a power cut once it returns.
Result<void> write_file_durably(const std::filesystem::path& file, ByteView bytes, unsigned mode);

// All of the bytes, at the descriptor's position. `file` is for the message.
Result<void> write_all(int descriptor, ByteView bytes, const std::filesystem::path& file);

// Whether there is anything of that name, links followed. What the system cannot tell is a fault,
// not an absence: a file would be made in the place of one that is there.
Result<bool> is_there(const std::filesystem::path& file);

// As rename(2).
Result<void> rename_file(const std::filesystem::path& from, const std::filesystem::path& to);

// The names in the folder survive a power cut. The empty path is the current folder.
Result<void> sync_folder(const std::filesystem::path& folder);

// "cannot write FILE: No space left on device". For right after a failed call: reads errno.
Error system_error(std::string_view what, const std::filesystem::path& file);

}  // namespace cameo
