#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

#include "photo/blob_store.h"

namespace cameo::store::files {

class FileSystem;  // the seam for tests: file_system.h

// Blobs as plain files, `{root}/ab/cd/{key}.blob`, written under a temporary name, fsynced,
// renamed, and the folder fsynced (docs/storage.md). Reads are pread into an owned buffer, never
// mmap. Thread-safe.
class FileBlobStore final : public photo::BlobStore {
  public:
    // Makes `root` where it is missing (its parent must exist), and removes temporary files that a
    // process left behind more than an hour ago. `file_system` is borrowed; the overload without it
    // uses the real one.
    explicit FileBlobStore(std::filesystem::path root);
    FileBlobStore(std::filesystem::path root, FileSystem& file_system);

    Result<void> put(const std::string& key, ByteView bytes, Deadline deadline) override;
    Result<std::optional<Bytes>> read(const std::string& key, std::uint64_t offset,
                                      std::uint64_t length, Deadline deadline) override;
    Result<std::optional<std::uint64_t>> length(const std::string& key, Deadline deadline) override;
    Result<void> remove(const std::string& key, Deadline deadline) override;
    Result<std::vector<Listed>> list(const std::string& after, std::size_t limit,
                                     Deadline deadline) override;

  private:
    // A folder is named by the digits that lead to it: "" is the root, "ab" and "abcd" below it.
    std::filesystem::path folder_of(std::string_view digits) const;
    std::filesystem::path file_of(const std::string& key) const;
    std::filesystem::path temporary_folder() const;
    void remove_abandoned();
    Result<void> ensure_folder(const std::string& digits);
    Result<void> write_temporary(const std::filesystem::path& file, ByteView bytes);
    Result<void> publish(const std::filesystem::path& temporary, const std::string& key);
    Result<std::vector<Listed>> blobs_in(const std::string& digits) const;
    Result<std::vector<Listed>> list_under(const std::string& first, const std::string& after,
                                           std::size_t limit, Deadline deadline) const;

    std::filesystem::path root_;
    FileSystem& file_system_;
    std::mutex mutex_;
    std::unordered_set<std::string> durable_;  // folders whose names are known to be synced
};

}  // namespace cameo::store::files
