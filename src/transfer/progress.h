#pragma once

#include <cstdint>
#include <functional>

namespace cameo::transfer {

// How far a long work is. Told often, from any thread but one at a time.
struct Progress {
    std::uint64_t done = 0;
    std::uint64_t total = 0;  // 0 where it is not known
    std::uint64_t bytes = 0;  // read or written so far; 0 where they say nothing
};

using OnProgress = std::function<void(const Progress&)>;

}  // namespace cameo::transfer
