#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "photo/catalog.h"

namespace cameo::store::memory {

class MemoryRepository;

// The catalog in memory: for tests, which may override what is to fail. Forgets all when it ends.
class MemoryCatalog : public photo::Catalog {
  public:
    Result<std::optional<photo::Photo>> find(const OwnerKey& owner, Deadline deadline) override;
    Result<void> put(const OwnerKey& owner, const photo::Photo& photo,
                     const photo::WriteCondition& condition, Deadline deadline) override;
    Result<bool> remove(const OwnerKey& owner, const photo::WriteCondition& condition, Instant now,
                        Deadline deadline) override;
    Result<std::vector<std::string>> retired(Instant before, std::size_t limit,
                                             Deadline deadline) override;
    Result<void> forget_retired(const std::vector<std::string>& blob_keys,
                                Deadline deadline) override;
    Result<std::vector<Owned>> list(const std::optional<OwnerKey>& after, std::size_t limit,
                                    Deadline deadline) override;
    Result<std::vector<std::string>> unknown_blobs(const std::vector<std::string>& blob_keys,
                                                   Deadline deadline) override;
    Result<void> add_lease(const std::string& id, Deadline deadline) override;
    Result<bool> renew_lease(const std::string& id, Deadline deadline) override;
    Result<void> remove_lease(const std::string& id, Deadline deadline) override;
    Result<void> end_leases(Instant end, Deadline deadline) override;
    Result<std::size_t> ending_leases(Instant now, Deadline deadline) override;

    // For MemoryDirectory, when the owner is removed: as remove, whatever the condition.
    void drop(const OwnerKey& owner, Instant now);
    // For MemoryDirectory: borrowed, who owns which group. Without it nobody is denied.
    void look_for_owners_in(MemoryRepository& directory) { directory_ = &directory; }

  private:
    // The directory's lock, taken before the catalog's as MemoryDirectory does; none without one.
    std::unique_lock<std::mutex> lock_directory();
    Result<void> check_acting_owner(const OwnerKey& owner, const photo::WriteCondition& condition);

    MemoryRepository* directory_ = nullptr;
    std::mutex mutex_;
    std::map<OwnerKey, photo::Photo> photos_;
    std::map<std::string, Instant> retired_;
    std::map<std::string, std::optional<Instant>> leases_;  // and their ends
};

}  // namespace cameo::store::memory
