#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/owner.h"
#include "photo/catalog.h"
#include "store/sqlite/engine.h"

namespace cameo::store::sqlite {

// The tables photos, former_photos, photo_locks, runs, retired_blobs, changes and leases. Borrows
// the engine. sqlite_history.cc has the functions of photo::History.
class SqliteCatalog final : public photo::Catalog {
  public:
    explicit SqliteCatalog(Engine& engine) : engine_(engine) {}

    Result<std::optional<photo::Photo>> find(const OwnerKey& owner, Deadline deadline) override;
    Result<std::int64_t> put(const OwnerKey& owner, const photo::Photo& photo,
                             const photo::WriteCondition& condition, Deadline deadline,
                             const photo::Replacement& replacement) override;
    Result<bool> remove(const OwnerKey& owner, const photo::WriteCondition& condition, Instant now,
                        Deadline deadline, const photo::Replacement& replacement) override;
    Result<void> limit_retired(Instant latest, Deadline deadline) override;
    Result<std::vector<std::string>> retired(Instant before, std::size_t limit,
                                             Deadline deadline) override;
    Result<void> forget_retired(const std::vector<std::string>& blob_keys,
                                Deadline deadline) override;
    Result<std::vector<Owned>> list(const std::optional<OwnerKey>& after, std::size_t limit,
                                    Deadline deadline) override;
    Result<std::vector<std::string>> unknown_blobs(const std::vector<std::string>& blob_keys,
                                                   Deadline deadline) override;
    Result<std::optional<std::vector<photo::Change>>> changes(std::int64_t after, std::size_t limit,
                                                              Deadline deadline) override;
    Result<std::int64_t> last_change(Deadline deadline) override;
    Result<std::size_t> prune_changes(Instant now, std::size_t limit, Deadline deadline) override;
    Result<void> add_lease(const std::string& id, Instant ends, Deadline deadline) override;
    Result<bool> renew_lease(const std::string& id, Instant ends, Deadline deadline) override;
    Result<void> remove_lease(const std::string& id, Deadline deadline) override;
    Result<void> limit_leases(Instant latest, Deadline deadline) override;
    Result<std::size_t> remove_ended_leases(Instant now, Deadline deadline) override;

    Result<std::vector<photo::FormerPhoto>> former_photos(const OwnerKey& owner,
                                                          Deadline deadline) override;
    Result<std::optional<photo::FormerPhoto>> find_former(const OwnerKey& owner,
                                                          const std::string& id,
                                                          Deadline deadline) override;
    Result<std::vector<photo::FormerPhoto>> list_former(const std::string& after, std::size_t limit,
                                                        Deadline deadline) override;
    Result<std::int64_t> restore(const OwnerKey& owner, const std::string& id,
                                 const photo::Origin& origin, Instant now,
                                 const photo::WriteCondition& condition,
                                 const photo::Replacement& replacement, Deadline deadline) override;
    Result<bool> remove_former(const OwnerKey& owner, const std::string& id,
                               const photo::WriteCondition& condition, Instant now,
                               Deadline deadline) override;
    Result<std::size_t> prune_former(Instant before, Instant now, std::size_t limit,
                                     Deadline deadline) override;
    Result<photo::Erased> erase(const OwnerKey& owner, const photo::WriteCondition& condition,
                                Instant now, Deadline deadline) override;
    Result<void> scrub(Deadline deadline) override;
    Result<void> set_lock(const OwnerKey& owner, bool locked, Deadline deadline) override;
    Result<bool> is_locked(const OwnerKey& owner, Deadline deadline) override;
    Result<void> add_run(const photo::Run& run, Deadline deadline) override;
    Result<std::optional<photo::Run>> find_run(const std::string& tenant, const std::string& id,
                                               Deadline deadline) override;
    Result<std::vector<photo::Run>> runs(const std::string& tenant, std::size_t limit,
                                         Deadline deadline) override;
    Result<bool> mark_undone(const std::string& tenant, const std::string& id, Instant now,
                             Deadline deadline) override;
    Result<std::vector<photo::RunPhoto>> photos_of_run(const photo::Run& run,
                                                       const std::optional<OwnerKey>& after,
                                                       std::size_t limit,
                                                       Deadline deadline) override;
    Result<photo::Undone> undo(const photo::Run& run, const std::vector<photo::UndoStep>& steps,
                               const photo::Origin& origin, Instant now,
                               const photo::Replacement& replacement, Deadline deadline) override;
    Result<std::size_t> changed_since_run(const photo::Run& run, Deadline deadline) override;
    Result<std::size_t> prune_runs(Instant before, std::size_t limit, Deadline deadline) override;

  private:
    Engine& engine_;
};

}  // namespace cameo::store::sqlite
