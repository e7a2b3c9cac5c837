#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

// The memory and the framing of request bodies. Pure: nothing here reads from a socket. Not
// thread-safe.
namespace cameo::http {

// The framing of a request body.
struct BodyFraming {
    bool chunked = false;
    std::uint64_t length = 0;       // unless chunked
    bool expects_continue = false;  // the client waits for `100 Continue` before it sends the body

    bool has_body() const { return chunked || length > 0; }
};

// The bytes of a body. Grows by realloc, which moves the pages of a large block instead of copying
// its bytes, and leaves new memory uninitialised.
class BodyBuffer {
  public:
    BodyBuffer() = default;
    BodyBuffer(BodyBuffer&& other) noexcept { swap(other); }
    BodyBuffer& operator=(BodyBuffer&& other) noexcept {
        BodyBuffer taken(std::move(other));
        swap(taken);
        return *this;
    }
    BodyBuffer(const BodyBuffer&) = delete;
    BodyBuffer& operator=(const BodyBuffer&) = delete;
    ~BodyBuffer() = default;

    std::size_t size() const { return size_; }
    std::string_view view() const { return {bytes_.get(), size_}; }

    // Does nothing if the capacity is large enough. Throws bad_alloc.
    void reserve(std::size_t capacity);

    // The free space after the bytes, and how many bytes were written there.
    std::span<char> spare() { return {bytes_.get() + size_, capacity_ - size_}; }
    void commit(std::size_t size) { size_ += size; }

    // Throws bad_alloc.
    void append(std::string_view bytes);

  private:
    struct Free {
        void operator()(char* bytes) const {
            std::free(bytes);  // NOLINT(cppcoreguidelines-no-malloc): memory of realloc
        }
    };
    void swap(BodyBuffer& other) noexcept {
        std::swap(bytes_, other.bytes_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }

    std::unique_ptr<char, Free> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

// Decodes the chunked transfer coding (RFC 9112 section 7.1), strictly: only CRLF ends a line; a
// size has 1 to 16 hex digits, and only an extension may follow it. Extensions and trailers are
// checked, limited over the whole body, and dropped. Keeps no bytes.
class ChunkedDecoder {
  public:
    enum class State : std::uint8_t { more, done, malformed };

    struct Step {
        std::size_t consumed = 0;
        std::string_view content;  // part of the consumed bytes; may be empty
    };

    // Consumes bytes up to the end of the next piece of content. Call again with the rest until it
    // is empty or state() is not `more`. After `done`, the remaining bytes belong to the next
    // request.
    Step step(std::string_view bytes);

    State state() const { return state_; }

  private:
    enum class Expect : std::uint8_t {
        first_digit,
        digit,
        extension,
        size_lf,
        content,
        content_cr,
        content_lf,
        line_start,
        trailer_name,
        trailer_value,
        trailer_lf,
        last_lf,
    };

    void consume(char c);
    void consume_digit(char c);
    void consume_size_end(char c);
    void consume_trailer(char c);
    void advance(bool allowed, Expect next);

    State state_ = State::more;
    Expect expect_ = Expect::first_digit;
    std::uint64_t left_ = 0;   // the chunk's size so far, then its remaining content
    std::size_t digits_ = 0;   // of the size
    std::size_t dropped_ = 0;  // bytes of extensions and trailers
};

// Collects the bytes of one body as they arrive, with either framing.
class BodyReader {
  public:
    enum class State : std::uint8_t { more, complete, too_large, malformed };

    // If the body passes `limit` bytes, or its declared length does, the state is too_large and
    // nothing is kept.
    BodyReader(BodyFraming framing, std::size_t limit);

    State state() const { return state_; }

    // Adds bytes of the body; returns how many. Fewer than all only if the body has ended.
    std::size_t feed(std::string_view bytes);

    // The capacity that the body may need after `coming` more bytes; reserve() allocates
    // it. Grows in steps that double with the bytes that arrived, not with the declared length.
    std::size_t capacity_for(std::size_t coming) const;
    void reserve(std::size_t capacity) { body_.reserve(capacity); }

    // The space for the next bytes: for a body of known length the body's own memory, and never
    // beyond its end. REQUIRES: state `more`, capacity_for(1) reserved.
    std::span<char> prepare();

    // `size` bytes were read into prepare(). Returns the bytes after the end of the body, which
    // belong to the next request; valid until the next call. REQUIRES: capacity_for(size) reserved.
    std::string_view commit(std::size_t size);

    // The body, if it is complete.
    BodyBuffer take() { return std::move(body_); }

  private:
    std::size_t feed_counted(std::string_view bytes);
    std::size_t feed_chunked(std::string_view bytes);
    void keep(std::string_view content);

    State state_ = State::more;
    BodyFraming framing_;
    std::size_t limit_;
    BodyBuffer body_;
    ChunkedDecoder decoder_;
    std::vector<char> encoded_;  // the received bytes of a chunked body
};

}  // namespace cameo::http
