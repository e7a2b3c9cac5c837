#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/lru_cache.h"
#include "base/result.h"
#include "base/wait.h"
#include "directory/store.h"

namespace cameo::directory {

// A cache of one kind of object in front of its table. It caches objects by id, and absences too.
// An id longer than the kind's ids names no object; it is neither looked up nor cached.
// Thread-safe. A read with Wait::memory_only() never blocks; all other calls do. Borrows the table.
template <class Object>
class Repository {
  public:
    // `remembered` objects of usual size, 1 KB.
    Repository(Table<Object>& table, std::size_t remembered)
        : table_(table), memory_(remembered << 10) {}

    // Faults of Table::find, if it reads the table.
    Result<CacheResult<Object>> find(std::string_view tenant, std::string_view id, Wait wait);

    // From the table, with the kept properties. nullopt with Wait::memory_only().
    Result<CacheResult<Object>> find_with_kept(std::string_view tenant, std::string_view id,
                                               Wait wait);

    // As Table.
    Result<void> add(const Object& object, Deadline deadline);
    Result<std::optional<Object>> change(std::string_view tenant, std::string_view id,
                                         const typename Table<Object>::Change& change,
                                         Deadline deadline, const ActingOwner& acting_owner = {});
    Result<std::optional<Removed>> remove(std::string_view tenant, std::string_view id, Instant now,
                                          Deadline deadline, const ActingOwner& acting_owner = {});
    Result<Page<Object>> list(const Scope& scope, const Query& query, Deadline deadline) {
        return table_.list(scope, query, deadline);
    }

    void forget(std::string_view tenant, std::string_view id);

    std::size_t remembered_bytes() const { return memory_.bytes(); }

  private:
    Table<Object>& table_;
    LruCache<std::shared_ptr<const Object>> memory_;
};

extern template class Repository<User>;
extern template class Repository<Group>;
extern template class Repository<Contact>;
extern template class Repository<ContactFolder>;

}  // namespace cameo::directory
