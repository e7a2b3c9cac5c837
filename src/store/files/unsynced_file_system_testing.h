#pragma once

#include <cerrno>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "store/files/file_system.h"

namespace cameo::store::files {

// For tests: a file system in memory that keeps only synced data. Bytes are
// durable after the file's fsync; a name (made, renamed or removed) after its folder's fsync;
// independently. Real file systems may keep more, never less. Thread-safe.
class UnsyncedFileSystem final : public FileSystem {
  public:
    // Only `existing` folders are durable at first.
    explicit UnsyncedFileSystem(const std::vector<std::filesystem::path>& existing);

    // Drops everything that was not synced. Open files can no longer be written.
    void power_cut();

    // From now on, call number `nth` (from 0, of all that change or sync, except remove) fails with
    // `reason`, an errno.
    void fail_call(int nth, int reason);
    // As fail_call, and all later calls fail too, until power_cut or revive: as if the process or
    // the machine ended there.
    void die_at(int nth);
    void revive();
    // From now on, sync number `nth` (from 0) reports success and does nothing.
    void ignore_sync(int nth);
    int calls() const { return calls_; }
    int syncs() const { return syncs_; }
    // Every current file, with its path.
    std::vector<std::string> files() const;

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

  private:
    struct Node;
    using Names = std::map<std::string, std::shared_ptr<Node>>;
    struct Node {
        bool is_folder = false;
        Bytes bytes, synced_bytes;
        Names names, synced_names;
    };
    class Writer;

    std::shared_ptr<Node> find(const std::filesystem::path& where) const;
    // The parent folder of `where`; an error if there is none.
    Result<std::shared_ptr<Node>> folder_of(const std::filesystem::path& where) const;
    // Counts a call; returns its simulated failure, if any.
    std::optional<Error> count_call(const char* call);
    bool counts_as_sync();
    static void forget_unsynced(Node& node);

    mutable std::mutex mutex_;
    std::shared_ptr<Node> root_ = std::make_shared<Node>(Node{.is_folder = true});
    int calls_ = 0, syncs_ = 0;
    int failing_call_ = -1, reason_ = 0, ignored_sync_ = -1;
    bool dies_ = false;
};

}  // namespace cameo::store::files
