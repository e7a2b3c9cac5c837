#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"

// Reads through a cache: one function serves the fast path, which must not block, and a worker,
// which may ask the store.
namespace cameo {

// How far a read may go. A small value; pass it by value.
class Wait {
  public:
    // Memory alone. The read never blocks, and never fails.
    static Wait memory_only() { return Wait(std::nullopt); }
    // Memory first, then the store, until `deadline`.
    static Wait until(Deadline deadline) { return Wait(deadline); }

    bool is_memory_only() const { return !deadline_; }
    // REQUIRES: !is_memory_only().
    Deadline deadline() const { return *deadline_; }

  private:
    explicit Wait(std::optional<Deadline> deadline) : deadline_(deadline) {}

    std::optional<Deadline> deadline_;
};

// What such a read gives. nullopt: memory does not hold the answer; only after
// Wait::memory_only(). A null pointer: the object does not exist.
template <class Object>
using CacheResult = std::optional<std::shared_ptr<const Object>>;

}  // namespace cameo
