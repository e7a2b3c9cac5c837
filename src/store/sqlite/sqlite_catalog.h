#pragma once

#include "photo/catalog.h"
#include "store/sqlite/engine.h"

namespace cameo::store::sqlite {

// The tables photos, retired_blobs and leases. Borrows the engine.
class SqliteCatalog final : public photo::Catalog {
  public:
    explicit SqliteCatalog(Engine& engine) : engine_(engine) {}

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

  private:
    Engine& engine_;
};

}  // namespace cameo::store::sqlite
