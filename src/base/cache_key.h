#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/text.h"

namespace cameo {

// A key of an LruCache, built for a lookup: on the stack, and on the heap only
// if it is longer than usual. Not thread-safe.
class CacheKey {
  public:
    CacheKey& append(std::string_view part) {
        if (long_.empty() && size_ + part.size() <= short_.size()) {
            std::ranges::copy(part, short_.data() + size_);
            size_ += part.size();
            return *this;
        }
        if (long_.empty()) long_.assign(short_.data(), size_);
        long_.append(part);
        return *this;
    }

    // With A to Z in lower case.
    CacheKey& append_lower(std::string_view part) {
        for (const char c : part) {
            const char lower = to_lower(c);
            append({&lower, 1});
        }
        return *this;
    }

    operator std::string_view() const {  // NOLINT: a key is a text
        return long_.empty() ? std::string_view(short_.data(), size_) : std::string_view(long_);
    }

  private:
    std::array<char, 192> short_{};
    std::size_t size_ = 0;
    std::string long_;
};

}  // namespace cameo
