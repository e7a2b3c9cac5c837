#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "http/asio.h"
#include "http/body_reader.h"
#include "http/byte_stream.h"
#include "http/io_thread_context.h"
#include "http/request_state.h"

namespace cameo::http {

enum class BodyResult : std::uint8_t {
    complete,
    too_large,     // not read to its end
    malformed,     // a bad chunk
    too_slow,      // it stopped, or is below the minimum rate
    over_budget,   // the bodies of other requests use the whole budget
    disconnected,  // the client disconnected
};

// Receives or discards the body of one request of HTTP/1.1. Lives on one I/O thread; borrows
// everything.
class BodyReceiver {
  public:
    // `limit`: of the body, in bytes; 0 for that of the settings.
    BodyReceiver(IoThreadContext& context, ByteStream& stream, RequestState& state,
                 BodyFraming framing, std::size_t limit = 0)
        : context_(context),
          stream_(stream),
          state_(state),
          framing_(framing),
          limit_(limit == 0 ? context.settings.max_body_bytes : limit) {}

    // Reads the body into the request, within the limits of size, memory and rate. Sends
    // `100 Continue` first if the client waits for it. Bytes after the body are put into
    // RequestState::read_ahead. If the result is neither complete nor too_large, the handler makes
    // no reply.
    Awaitable<BodyResult> receive();

    // Skips the body of a request that has its reply already. Whether the connection can be kept:
    // only if all of the body has arrived or, behind a proxy, could be read and dropped.
    Awaitable<bool> discard();

  private:
    BodyResult finish(BodyReader& reader);
    bool reserve(BodyReader& reader, std::size_t coming);
    bool use_buffered_body();
    Awaitable<bool> ask_proxy_for_body();
    std::optional<std::uint64_t> discard_available();

    IoThreadContext& context_;
    ByteStream& stream_;
    RequestState& state_;
    BodyFraming framing_;
    std::size_t limit_;
};

}  // namespace cameo::http
