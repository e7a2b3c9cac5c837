#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace cameo::http {

// What has been read from one connection and not been used yet. Starts empty, without memory.
class ReadBuffer {
  public:
    // Stands still until room() or append() is called.
    std::string_view unread() const { return {bytes_.data() + begin_, end_ - begin_}; }

    // The first `size` unread bytes have been used. They stay readable until room() or append().
    void consume(std::size_t size) { begin_ += size; }

    // Where to read into: at least `size` bytes behind the unread ones, which it may move.
    std::span<char> room(std::size_t size);

    // `size` bytes have been read into room().
    void commit(std::size_t size) { end_ += size; }

    void append(std::string_view bytes);

    std::size_t capacity() const { return bytes_.size(); }

  private:
    std::vector<char> bytes_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace cameo::http
