#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/owner.h"
#include "base/result.h"
#include "directory/store.h"
#include "matching/name_pattern.h"

namespace cameo::matching {

// A person or group that may have a photo.
struct OwnerEntry {
    std::string id;
    std::string label;  // for output: userPrincipalName, or a group's displayName
    std::string name;   // the expanded pattern; empty if a property is missing
    PhotoStorage storage = PhotoStorage::mailbox;
};

// Users or groups of a tenant by the names of a pattern. Immutable once loaded.
class OwnerIndex {
  public:
    static Result<OwnerIndex> load(directory::Store& store, const std::string& tenant,
                                   OwnerKind kind, const Pattern& pattern);

    // Of the users, only those that find() gives for one of `names`: in bounded memory. Fault::busy
    // if the users are not read by `deadline`.
    static Result<OwnerIndex> load_named(directory::Store& store, const std::string& tenant,
                                         const Pattern& pattern, std::span<const std::string> names,
                                         Deadline deadline);

    const std::vector<OwnerEntry>& entries() const { return entries_; }

    // Positions in entries() of all owners with that name (match_key); ascending.
    std::vector<std::size_t> find(std::string_view name) const;

  private:
    void add(OwnerEntry entry, std::string key);

    std::vector<OwnerEntry> entries_;
    std::unordered_multimap<std::string, std::uint32_t> by_key_;
};

// The owner for output: `user ada@contoso.example`; nullopt if the directory does not have it.
Result<std::optional<std::string>> find_label(directory::Store& store, const OwnerKey& owner,
                                              Deadline deadline);

// The owner by its key, if the directory does not have it: `user 3f..`.
std::string describe(const OwnerKey& owner);

}  // namespace cameo::matching
