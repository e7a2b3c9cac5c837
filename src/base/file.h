#pragma once

#include <unistd.h>

#include <filesystem>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"

// File descriptors, and files that are replaced as a whole.
namespace cameo {

// Owns an open file descriptor, or none (-1).
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }

    bool is_open() const { return number_ >= 0; }
    int number() const { return number_; }
    // Releases the ownership.
    int release() { return std::exchange(number_, -1); }
    // False, with errno, if the written bytes could not be stored.
    bool close() { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }

  private:
    int number_;
};

// The functions below replace a file as a whole: a reader, and the next start after a crash, finds
// the old bytes or the new ones. One writer of a file at a time. Failures are Fault::internal; the
// detail names the file and the system's reason.

// Writes a temporary file in the same folder (`.NAME.part`), then renames it.
// Replaces an existing file; removes the temporary file after a failure. Survives a power cut only
// after a sync of the file system.
Result<void> write_file(const std::filesystem::path& file, ByteView bytes, unsigned mode);

// As write_file; after it returns, the bytes and the name survive a power cut.
Result<void> write_file_durably(const std::filesystem::path& file, ByteView bytes, unsigned mode);

// Writes all of the bytes at the descriptor's position. `file` is for the message.
Result<void> write_all(int descriptor, ByteView bytes, const std::filesystem::path& file);

// Whether a file of that name exists; follows links. Fault::internal if the system cannot determine
// it, because a caller that assumed absence would replace an existing file.
Result<bool> is_there(const std::filesystem::path& file);

// As rename(2).
Result<void> rename_file(const std::filesystem::path& from, const std::filesystem::path& to);

// After it returns, the names in the folder survive a power cut. The empty path is the current
// folder.
Result<void> sync_folder(const std::filesystem::path& folder);

// "cannot write FILE: No space left on device". Call right after the failure, because it reads
// errno.
Error system_error(std::string_view what, const std::filesystem::path& file);

}  // namespace cameo
