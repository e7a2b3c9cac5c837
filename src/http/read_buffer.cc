#include "http/read_buffer.h"

#include <algorithm>

namespace cameo::http {
namespace {

constexpr std::size_t kSmallest = 4096;  // a head with a bearer token mostly fits

}  // namespace

std::span<char> ReadBuffer::room(std::size_t size) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (bytes_.size() - end_ < size) {
        const auto bytes = unread();
        std::ranges::copy(bytes, bytes_.data());
        begin_ = 0;
        end_ = bytes.size();
        if (bytes_.size() - end_ < size)
            bytes_.resize(std::max({kSmallest, bytes_.size() * 2, end_ + size}));
    }
    return std::span(bytes_).subspan(end_);
}

void ReadBuffer::append(std::string_view bytes) {
    std::ranges::copy(bytes, room(bytes.size()).begin());
    commit(bytes.size());
}

}  // namespace cameo::http
