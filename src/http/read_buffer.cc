#include "http/read_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace cameo::http {
namespace {

constexpr std::size_t kSmallest = 4096;  // a head with a bearer token mostly fits

}  // namespace

std::span<char> ReadBuffer::room(std::size_t size) {
    const auto used = end_ - begin_;
    if (used == 0) begin_ = end_ = 0;
    if (capacity_ - end_ < size) {
        auto wanted = std::max(capacity_, kSmallest);
        while (wanted - used < size) wanted *= 2;
        if (wanted == capacity_) {
            std::memmove(bytes_.get(), bytes_.get() + begin_, used);
        } else {
            auto larger = std::make_unique_for_overwrite<char[]>(wanted);
            if (used > 0) std::memcpy(larger.get(), bytes_.get() + begin_, used);
            bytes_ = std::move(larger);
            capacity_ = wanted;
        }
        begin_ = 0;
        end_ = used;
    }
    return {bytes_.get() + end_, capacity_ - end_};
}

void ReadBuffer::append(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(room(bytes.size()).data(), bytes.data(), bytes.size());
    commit(bytes.size());
}

}  // namespace cameo::http
