#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"

// Reads through a cache: one function serves the fast path, which must not block, and a worker,
// which may read the store.
namespace cameo {

// Whether a read may use the store. A small value; pass it by value.
class Wait {
  public:
    // Only memory. The read never blocks, and never fails.
    static Wait memory_only() { return Wait(std::nullopt); }
    // First memory, then the store, until `deadline`.
    static Wait until(Deadline deadline) { return Wait(deadline); }

    bool is_memory_only() const { return !deadline_; }
    // REQUIRES: !is_memory_only().
    Deadline deadline() const { return *deadline_; }

  private:
    explicit Wait(std::optional<Deadline> deadline) : deadline_(deadline) {}

    std::optional<Deadline> deadline_;
};

// The result of such a read. nullopt, only after Wait::memory_only(): the answer needs the store.
// A null pointer: the object does not exist.
template <class Object>
using CacheResult = std::optional<std::shared_ptr<const Object>>;

}  // namespace cameo
