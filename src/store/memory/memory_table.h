#pragma once

#include "directory/store.h"
#include "store/memory/memory_repository.h"

namespace cameo::store::memory {

// The objects of one kind. Borrows the memory of the whole.
template <class Object>
class MemoryTable final : public directory::Table<Object> {
  public:
    using typename directory::Table<Object>::Change;

    explicit MemoryTable(MemoryRepository& memory) : memory_(memory) {}

    Result<std::optional<Object>> find(std::string_view tenant, std::string_view id,
                                       Deadline deadline) override;
    Result<void> add(const Object& object, Deadline deadline) override;
    Result<void> insert(const Object& object);  // as add, by a caller that holds the lock
    Result<std::optional<Object>> change(std::string_view tenant, std::string_view id,
                                         const Change& change, Deadline deadline,
                                         const ActingOwner& acting_owner) override;
    Result<std::optional<directory::Removed>> remove(std::string_view tenant, std::string_view id,
                                                     Instant now, Deadline deadline,
                                                     const ActingOwner& acting_owner) override;
    Result<directory::Page<Object>> list(const directory::Scope& scope,
                                         const directory::Query& query, Deadline deadline) override;

  private:
    MemoryRepository& memory_;
};

extern template class MemoryTable<directory::User>;
extern template class MemoryTable<directory::Group>;
extern template class MemoryTable<directory::Contact>;
extern template class MemoryTable<directory::ContactFolder>;

}  // namespace cameo::store::memory
