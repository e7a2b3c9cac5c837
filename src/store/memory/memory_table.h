#pragma once

#include "directory/store.h"
#include "store/memory/memory_entries.h"

namespace cameo::store::memory {

// The entries of one kind. Borrows the memory of the whole.
template <class Entry>
class MemoryTable final : public directory::Table<Entry> {
  public:
    using typename directory::Table<Entry>::Change;

    explicit MemoryTable(MemoryEntries& memory) : memory_(memory) {}

    Result<std::optional<Entry>> find(std::string_view tenant, std::string_view id,
                                      Deadline deadline) override;
    Result<void> add(const Entry& entry, Deadline deadline) override;
    Result<void> insert(const Entry& entry);  // as add, by a caller that holds the lock
    Result<std::optional<Entry>> change(std::string_view tenant, std::string_view id,
                                        const Change& change, Deadline deadline,
                                        const ActingOwner& acting_owner) override;
    Result<std::optional<directory::Removed>> remove(std::string_view tenant, std::string_view id,
                                                     Instant now, Deadline deadline,
                                                     const ActingOwner& acting_owner) override;
    Result<directory::Page<Entry>> list(const directory::Scope& scope,
                                        const directory::Query& query, Deadline deadline) override;

  private:
    MemoryEntries& memory_;
};

extern template class MemoryTable<directory::User>;
extern template class MemoryTable<directory::Group>;
extern template class MemoryTable<directory::Contact>;
extern template class MemoryTable<directory::ContactFolder>;

}  // namespace cameo::store::memory
