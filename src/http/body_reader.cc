#include "http/body_reader.h"

#include <algorithm>

namespace cameo::http {

BodyReader::BodyReader(BodyFraming framing, std::size_t limit) : framing_(framing), limit_(limit) {
    if (framing_.chunked) return;
    if (framing_.length > limit_) state_ = State::too_large;
    if (framing_.length == 0) state_ = State::complete;
}

std::size_t BodyReader::feed(std::string_view bytes) {
    if (state_ != State::more) return 0;
    return framing_.chunked ? feed_chunked(bytes) : feed_counted(bytes);
}

std::size_t BodyReader::wanted(std::size_t most) const {
    return framing_.chunked ? most : std::min<std::uint64_t>(most, framing_.length - body_.size());
}

std::size_t BodyReader::feed_counted(std::string_view bytes) {
    const auto size = wanted(bytes.size());
    keep(bytes.substr(0, size));
    if (body_.size() == framing_.length) state_ = State::complete;
    return size;
}

std::size_t BodyReader::feed_chunked(std::string_view bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && state_ == State::more) {
        const auto step = chunks_.step(bytes.substr(used));
        used += step.consumed;
        keep(step.content);
        if (chunks_.state() == ChunkedDecoder::State::done) state_ = State::complete;
        if (chunks_.state() == ChunkedDecoder::State::malformed) state_ = State::malformed;
    }
    return used;
}

// The memory grows with what has arrived, never with what was declared.
void BodyReader::keep(std::string_view content) {
    if (content.size() > limit_ - body_.size()) {
        state_ = State::too_large;
        body_ = {};
        return;
    }
    body_.append(content);
}

}  // namespace cameo::http
