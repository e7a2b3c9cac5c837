#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "directory/store.h"
#include "store/sqlite/engine.h"

namespace cameo::store::sqlite {

// The objects of one kind: one table and its full-text index. Borrows the engine.
template <class Object>
class ObjectTable final : public directory::Table<Object> {
  public:
    using typename directory::Table<Object>::Change;

    explicit ObjectTable(Engine& engine) : engine_(engine) {}

    Result<std::optional<Object>> find(std::string_view tenant, std::string_view id,
                                       Deadline deadline, directory::WithKept with_kept) override;
    Result<void> add(const Object& object, Deadline deadline) override;
    // As add, in its caller's transaction.
    static Result<void> insert(Connection& connection, const Object& object);
    Result<std::optional<Object>> change(std::string_view tenant, std::string_view id,
                                         const Change& change, Deadline deadline,
                                         const ActingOwner& acting_owner) override;
    // As change, in its caller's transaction.
    static Result<std::optional<Object>> update(Connection& connection, std::string_view tenant,
                                                std::string_view id, const Change& change,
                                                const ActingOwner& acting_owner);
    Result<std::optional<directory::Removed>> remove(std::string_view tenant, std::string_view id,
                                                     Instant now, Deadline deadline,
                                                     const ActingOwner& acting_owner) override;
    Result<directory::Page<Object>> list(const directory::Scope& scope,
                                         const directory::Query& query, Deadline deadline) override;

  private:
    Engine& engine_;
};

extern template class ObjectTable<directory::User>;
extern template class ObjectTable<directory::Group>;
extern template class ObjectTable<directory::Contact>;
extern template class ObjectTable<directory::ContactFolder>;

}  // namespace cameo::store::sqlite
