#pragma once

#include <cstdint>
#include <functional>

namespace cameo::transfer {

// The progress of a command. Reported often, from any thread, one call at a time.
struct Progress {
    std::uint64_t done = 0;
    std::uint64_t total = 0;  // 0 if it is unknown
    std::uint64_t bytes = 0;  // read or written so far; 0 where it does not apply
};

using OnProgress = std::function<void(const Progress&)>;

}  // namespace cameo::transfer
