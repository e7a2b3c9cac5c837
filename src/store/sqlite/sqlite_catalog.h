#pragma once

#include "photo/catalog.h"
#include "store/sqlite/engine.h"

namespace cameo::store::sqlite {

// The tables photos and retired_blobs. Borrows the engine.
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

  private:
    Engine& engine_;
};

}  // namespace cameo::store::sqlite
