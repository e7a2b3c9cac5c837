#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace cameo::http {

// The bytes that were received on one connection and not used yet. Starts empty, without memory.
// Not thread-safe.
class ReadBuffer {
  public:
    // Valid until prepare() or append().
    std::string_view data() const { return {bytes_.data() + begin_, end_ - begin_}; }

    // Drops the first `size` bytes. They stay readable until prepare() or append().
    void consume(std::size_t size) { begin_ += size; }

    // Space for reading: at least `size` bytes after the data. May move the data.
    std::span<char> prepare(std::size_t size) {
        if (begin_ == end_) begin_ = end_ = 0;
        if (bytes_.size() - end_ < size) grow(size);
        return std::span(bytes_).subspan(end_);
    }

    // `size` bytes were read into prepare().
    void commit(std::size_t size) { end_ += size; }

    void append(std::string_view bytes) {
        std::ranges::copy(bytes, prepare(bytes.size()).begin());
        commit(bytes.size());
    }

    std::size_t capacity() const { return bytes_.size(); }

  private:
    static constexpr std::size_t kMinCapacity = 4096;  // most heads with a bearer token fit

    void grow(std::size_t size) {
        std::ranges::copy(data(), bytes_.data());
        end_ -= begin_;
        begin_ = 0;
        if (bytes_.size() - end_ < size)
            bytes_.resize(std::max({kMinCapacity, bytes_.size() * 2, end_ + size}));
    }

    std::vector<char> bytes_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace cameo::http
