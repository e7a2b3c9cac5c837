#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

#include "photo/blob_store.h"

namespace cameo::store::files {

class FileSystem;  // file_system.h

// Blobs as plain files, `{root}/ab/cd/{key}.blob`, written under a temporary name, fsynced,
// renamed, and the folder fsynced; blobs set aside are `{root}/lost/ab/cd/{key}.blob`
// (docs/storage.md). Reads are pread into an owned buffer, never mmap. If `root` is missing,
// reads and lists fail. Thread-safe.
class FileBlobStore final : public photo::BlobStore {
  public:
    // Makes `root` if it is missing (its parent must exist), and removes temporary files of
    // processes that ended more than an hour ago. `file_system` is borrowed; the overload without
    // it uses the real one.
    explicit FileBlobStore(std::filesystem::path root);
    FileBlobStore(std::filesystem::path root, FileSystem& file_system);

    Result<void> put(const std::string& key, ByteView bytes, Deadline deadline) override;
    Result<std::optional<Bytes>> read(const std::string& key, std::uint64_t offset,
                                      std::uint64_t length, Deadline deadline) override;
    Result<std::optional<std::uint64_t>> length(const std::string& key, Deadline deadline) override;
    Result<void> remove(const std::string& key, Deadline deadline) override;
    Result<std::vector<Listed>> list(const std::string& after, std::size_t limit,
                                     Deadline deadline) override;
    Result<void> set_aside(const std::string& key, Deadline deadline) override;
    Result<void> bring_back(const std::string& key, Deadline deadline) override;
    Result<std::vector<Listed>> list_set_aside(const std::string& after, std::size_t limit,
                                               Deadline deadline) override;

  private:
    using Path = std::filesystem::path;

    Path file_of(const std::string& key, std::string_view under) const;
    Path temporary_folder() const;
    void remove_abandoned();
    Result<void> ensure_folder(const Path& below_root);
    Result<void> check_root() const;
    Result<void> write_temporary(const Path& file, ByteView bytes);
    Result<void> publish(const Path& temporary, const std::string& key);
    Result<void> move(const std::string& key, std::string_view from, std::string_view to,
                      Deadline deadline);
    Result<std::vector<Listed>> list_below(const Path& top, const std::string& after,
                                           std::size_t limit, Deadline deadline) const;
    Result<std::vector<Listed>> list_pair(const Path& folder, const std::string& after,
                                          std::size_t limit, Deadline deadline) const;
    Result<std::vector<Listed>> blobs_in(const Path& folder) const;

    std::filesystem::path root_;
    FileSystem& file_system_;
    std::mutex mutex_;
    std::unordered_set<std::string> durable_;  // folders whose names are synced
};

}  // namespace cameo::store::files
