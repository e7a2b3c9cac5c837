#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "http/chunked.h"
#include "http/framing.h"

namespace cameo::http {

// Takes the bytes of one body as they arrive, whatever its framing. Pure: does no reading.
class BodyReader {
  public:
    enum class State : std::uint8_t { more, complete, too_large, malformed };

    // Where `limit` is passed, or is already by the declared length, the state is too_large and
    // nothing is kept.
    BodyReader(BodyFraming framing, std::size_t limit);

    State state() const { return state_; }

    // Takes bytes of the body; how many. Less than all only where the body has ended.
    std::size_t feed(std::string_view bytes);

    // How many bytes it is useful to read next: with a known length never beyond the body.
    std::size_t wanted(std::size_t most) const;

    // How much memory the body may take once `coming` more bytes have been fed; reserve() makes
    // room for so much. It grows in steps that double with what arrives, not with what is declared.
    std::size_t room_for(std::size_t coming) const;
    void reserve(std::size_t size) { body_.reserve(size); }

    // The body, where complete.
    std::string take() { return std::move(body_); }

  private:
    std::size_t feed_counted(std::string_view bytes);
    std::size_t feed_chunked(std::string_view bytes);
    void keep(std::string_view content);

    State state_ = State::more;
    BodyFraming framing_;
    std::size_t limit_;
    std::string body_;
    ChunkedDecoder chunks_;
};

}  // namespace cameo::http
