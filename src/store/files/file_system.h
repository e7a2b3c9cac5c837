#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace cameo::store::files {

// The calls of the operating system that FileBlobStore makes, so that tests can simulate a power
// cut or a full disk. Implementations: RealFileSystem, and unsynced_file_system_testing.h (tests).
// Thread-safe. Every failure is Fault::internal; the detail names the call, the path and the
// system's reason.
class FileSystem {
  public:
    // A new file, open for writing; closed by its destructor. One thread at a time.
    class NewFile {
      public:
        virtual ~NewFile() = default;
        virtual Result<void> write(ByteView bytes) = 0;  // all bytes
        virtual Result<void> sync() = 0;                 // bytes and length survive a power cut
    };

    struct Object {
        std::string name;
        bool is_folder = false;
        std::chrono::seconds age{};  // since the last write; 0 if the clock was set back
    };

    virtual ~FileSystem() = default;

    // Mode 0700. Succeeds if it exists already.
    virtual Result<void> make_folder(const std::filesystem::path& folder) = 0;
    // After it returns, the names in the folder survive a power cut.
    virtual Result<void> sync_folder(const std::filesystem::path& folder) = 0;
    // Mode 0600; replaces a file of that name.
    virtual Result<std::unique_ptr<NewFile>> create(const std::filesystem::path& file) = 0;
    virtual Result<void> rename(const std::filesystem::path& from,
                                const std::filesystem::path& to) = 0;
    // Makes the file's age 0, durably. False if there is no such file.
    virtual Result<bool> touch(const std::filesystem::path& file) = 0;
    // Succeeds if there is none.
    virtual Result<void> remove(const std::filesystem::path& file) = 0;
    // Exactly `length` bytes from `offset`, as a copy; nullopt if there is no such file;
    // Fault::unsatisfiable_range, the detail its length in digits, if it is shorter. Allocates
    // no memory before it has read the file's length.
    virtual Result<std::optional<Bytes>> read(const std::filesystem::path& file,
                                              std::uint64_t offset, std::uint64_t length) = 0;
    // Bytes; nullopt if there is no such file.
    virtual Result<std::optional<std::uint64_t>> length(const std::filesystem::path& file) = 0;
    virtual Result<bool> has_folder(const std::filesystem::path& folder) = 0;
    // By name, ascending; empty if there is no such folder.
    virtual Result<std::vector<Object>> list(const std::filesystem::path& folder) = 0;
};

// The operating system's file system. Has no state.
class RealFileSystem final : public FileSystem {
  public:
    Result<void> make_folder(const std::filesystem::path& folder) override;
    Result<void> sync_folder(const std::filesystem::path& folder) override;
    Result<std::unique_ptr<NewFile>> create(const std::filesystem::path& file) override;
    Result<void> rename(const std::filesystem::path& from,
                        const std::filesystem::path& to) override;
    Result<bool> touch(const std::filesystem::path& file) override;
    Result<void> remove(const std::filesystem::path& file) override;
    Result<std::optional<Bytes>> read(const std::filesystem::path& file, std::uint64_t offset,
                                      std::uint64_t length) override;
    Result<std::optional<std::uint64_t>> length(const std::filesystem::path& file) override;
    Result<bool> has_folder(const std::filesystem::path& folder) override;
    Result<std::vector<Object>> list(const std::filesystem::path& folder) override;
};

}  // namespace cameo::store::files
