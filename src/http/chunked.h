#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cameo::http {

// Decodes the chunked transfer coding (RFC 9112 section 7.1), strictly: CRLF alone ends a line, a
// size is 1 to 16 hex digits and nothing but an extension behind it. Extensions and trailers are
// checked, bounded over the whole body, and dropped. Pure: no reading, no buffer.
class ChunkedDecoder {
  public:
    enum class State : std::uint8_t { more, done, malformed };

    struct Step {
        std::size_t consumed = 0;
        std::string_view content;  // part of the consumed bytes; may be empty
    };

    // Takes bytes up to the end of the next piece of content. Call again with the rest until it is
    // empty or state() is not `more`. After `done`, what was not consumed is the next request's.
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

    void take(char c);
    void take_digit(char c);
    void take_size_end(char c);
    void take_trailer(char c);
    void go(bool allowed, Expect next);

    State state_ = State::more;
    Expect expect_ = Expect::first_digit;
    std::uint64_t left_ = 0;   // of the chunk's size so far, then of its content
    std::size_t digits_ = 0;   // of the size
    std::size_t dropped_ = 0;  // bytes of extensions and trailers
};

}  // namespace cameo::http
