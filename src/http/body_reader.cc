#include "http/body_reader.h"

#include <algorithm>
#include <bit>

namespace cameo::http {
namespace {

constexpr std::size_t kLeastRoom = 65'536;

}  // namespace

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

std::size_t BodyReader::room_for(std::size_t coming) const {
    const auto most = framing_.chunked ? limit_ : std::min<std::uint64_t>(limit_, framing_.length);
    return std::min(most, std::bit_ceil(std::max(kLeastRoom, body_.size() + coming)));
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

void BodyReader::keep(std::string_view content) {
    if (content.size() > limit_ - body_.size()) {
        state_ = State::too_large;
        std::string().swap(body_);
        return;
    }
    body_.append(content);
}

}  // namespace cameo::http
