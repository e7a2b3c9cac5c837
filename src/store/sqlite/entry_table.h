#pragma once

#include "directory/store.h"
#include "store/sqlite/engine.h"

namespace cameo::store::sqlite {

// The entries of one kind: one table and the index of its words. Borrows the engine.
template <class Entry>
class EntryTable final : public directory::Table<Entry> {
  public:
    using typename directory::Table<Entry>::Change;

    explicit EntryTable(Engine& engine) : engine_(engine) {}

    Result<std::optional<Entry>> find(std::string_view tenant, std::string_view id,
                                      Deadline deadline) override;
    Result<void> add(const Entry& entry, Deadline deadline) override;
    // As add, as a part of its caller's transaction.
    static Result<void> insert(Connection& connection, const Entry& entry);
    Result<std::optional<Entry>> change(std::string_view tenant, std::string_view id,
                                        const Change& change, Deadline deadline,
                                        const ActingOwner& acting_owner) override;
    Result<std::optional<directory::Removed>> remove(std::string_view tenant, std::string_view id,
                                                     Instant now, Deadline deadline,
                                                     const ActingOwner& acting_owner) override;
    Result<directory::Page<Entry>> list(const directory::Scope& scope,
                                        const directory::Query& query, Deadline deadline) override;

  private:
    Engine& engine_;
};

extern template class EntryTable<directory::User>;
extern template class EntryTable<directory::Group>;
extern template class EntryTable<directory::Contact>;
extern template class EntryTable<directory::ContactFolder>;

}  // namespace cameo::store::sqlite
