#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/owner.h"
#include "photo/catalog.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/engine.h"

namespace cameo::store::sqlite {

// Reads and writes of the tables photos, retired_blobs and changes that catalog and directory
// share. Each runs in its caller's transaction.

struct PhotoRow {
    std::string etag, blob_key;
    Instant modified{};
};

std::int64_t milliseconds(Instant instant);  // as the columns have it
std::int64_t bounded(std::size_t limit);     // for LIMIT and OFFSET, which are signed

void bind_owner(Query& query, const OwnerKey& owner);  // parameters 1 to 3
std::optional<PhotoRow> find_photo_row(Connection& connection, const OwnerKey& owner);
void retire_blob(Connection& connection, const std::string& blob_key, Instant when);
// Deletes the row, retires its blob and records the change. Nothing where there is no photo.
void drop_photo(Connection& connection, const OwnerKey& owner, Instant when);
// Adds a row to changes; its seq.
std::int64_t record_change(Connection& connection, const OwnerKey& owner, photo::Change::What what,
                           Instant at);

// The tables photos, retired_blobs, changes and leases. Borrows the engine.
class SqliteCatalog final : public photo::Catalog {
  public:
    explicit SqliteCatalog(Engine& engine) : engine_(engine) {}

    Result<std::optional<photo::Photo>> find(const OwnerKey& owner, Deadline deadline) override;
    Result<std::int64_t> put(const OwnerKey& owner, const photo::Photo& photo,
                             const photo::WriteCondition& condition, Deadline deadline) override;
    Result<bool> remove(const OwnerKey& owner, const photo::WriteCondition& condition, Instant now,
                        Deadline deadline) override;
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

  private:
    Engine& engine_;
};

}  // namespace cameo::store::sqlite
