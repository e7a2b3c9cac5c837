#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace cameo::transfer {

// Pictures to bring in, each with the name of its owner. Implementations: folder_source.h,
// csv_source.h.
class Source {
  public:
    struct Item {
        std::string label;  // for people who read: a path, or a row
        std::string name;   // whose it is: to be matched
    };
    // Gives the picture's bytes; may be called on any thread. Fault::too_large where there are more
    // than the limit, with both; Fault::malformed, with the reason, where it cannot be read.
    using Loader = std::function<Result<Bytes>()>;

    virtual ~Source() = default;

    virtual const std::vector<Item>& items() const = 0;
    virtual std::size_t ignored() const = 0;  // files that are no pictures by their names

    // REQUIRES: one thread at a time, with ascending positions in items().
    virtual Loader loader(std::size_t position) = 0;
};

}  // namespace cameo::transfer
