#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/lru_cache.h"
#include "base/result.h"
#include "directory/store.h"

namespace cameo::directory {

// Outer nullopt: the memory does not know. Inner null: there is no such object.
template <class Object>
using CacheResult = std::optional<std::shared_ptr<const Object>>;

// The objects of one kind, remembered by id in front of their table, absences too. An id longer
// than the kind's ids is known to name nothing, and is neither looked up nor remembered.
// Thread-safe; only what begins with cached_ never blocks. The table is borrowed.
template <class Object>
class Repository {
  public:
    // `remembered` objects of usual size, 1 KB.
    Repository(Table<Object>& table, std::size_t remembered)
        : table_(table), memory_(remembered << 10) {}

    CacheResult<Object> cached(std::string_view tenant, std::string_view id);

    // Null where there is none.
    Result<std::shared_ptr<const Object>> find(std::string_view tenant, std::string_view id,
                                               Deadline deadline);

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
    static std::string key(std::string_view tenant, std::string_view id);

    Table<Object>& table_;
    LruCache<std::shared_ptr<const Object>> memory_;
};

extern template class Repository<User>;
extern template class Repository<Group>;
extern template class Repository<Contact>;
extern template class Repository<ContactFolder>;

}  // namespace cameo::directory
