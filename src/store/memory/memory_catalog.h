#pragma once

#include <map>
#include <mutex>
#include <string>

#include "photo/catalog.h"

namespace cameo::store::memory {

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

    // For MemoryDirectory, when the owner is removed: as remove, whatever the condition.
    void drop(const OwnerKey& owner, Instant now);

  private:
    std::mutex mutex_;
    std::map<OwnerKey, photo::Photo> photos_;
    std::map<std::string, Instant> retired_;
};

}  // namespace cameo::store::memory
