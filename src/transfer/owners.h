#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/owner.h"
#include "base/result.h"
#include "directory/store.h"

namespace cameo::transfer {

// What people call the owner: `user ada@contoso.example`; nullopt where the directory has none.
Result<std::optional<std::string>> find_label(directory::Store& store, const OwnerKey& owner,
                                              Deadline deadline);

// The owner by its key, for one who is not there: `user 3f..`.
std::string describe(const OwnerKey& owner);

}  // namespace cameo::transfer
