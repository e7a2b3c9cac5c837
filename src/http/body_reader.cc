#include "http/body_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#include "base/encoding.h"
#include "http/characters.h"

namespace cameo::http {
namespace {

constexpr std::size_t kMinCapacity = 65'536;
constexpr std::size_t kChunkedReadSize = 32'768;
constexpr std::size_t kMaxDigits = 16;       // what 64 bits hold
constexpr std::size_t kMaxDropped = 16'384;  // extensions and trailers of one body

}  // namespace

void BodyBuffer::reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): realloc moves the pages of a large block
    auto* bytes = static_cast<char*>(std::realloc(bytes_.get(), capacity));
    if (bytes == nullptr) throw std::bad_alloc();
    (void)bytes_.release();  // realloc has freed it or returned the same block
    bytes_.reset(bytes);
    capacity_ = capacity;
}

void BodyBuffer::append(std::string_view bytes) {
    if (bytes.empty()) return;
    reserve(size_ + bytes.size());
    std::memcpy(bytes_.get() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
}

ChunkedDecoder::Step ChunkedDecoder::step(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size() && state_ == State::more) {
        if (expect_ == Expect::content) {
            const auto size = std::min<std::uint64_t>(left_, bytes.size() - at);
            left_ -= size;
            if (left_ == 0) expect_ = Expect::content_cr;
            return {at + size, bytes.substr(at, size)};
        }
        consume(bytes[at++]);
    }
    return {at, {}};
}

void ChunkedDecoder::consume(char c) {
    switch (expect_) {
        case Expect::first_digit:
        case Expect::digit:
            return consume_digit(c);
        case Expect::extension:
            return consume_size_end(c);
        case Expect::size_lf:
            return advance(c == '\n', left_ == 0 ? Expect::line_start : Expect::content);
        case Expect::content:
            return;
        case Expect::content_cr:
            return advance(c == '\r', Expect::content_lf);
        case Expect::content_lf:
            return advance(c == '\n', Expect::first_digit);
        default:
            return consume_trailer(c);
    }
}

void ChunkedDecoder::consume_digit(char c) {
    const int digit = hex_value(c);
    if (digit < 0) return consume_size_end(c);
    if (expect_ == Expect::first_digit) left_ = digits_ = 0;
    left_ = left_ << 4 | static_cast<std::uint64_t>(digit);
    advance(++digits_ <= kMaxDigits, Expect::digit);
}

void ChunkedDecoder::consume_size_end(char c) {
    if (expect_ == Expect::first_digit) return advance(false, expect_);
    if (c == '\r') return advance(true, Expect::size_lf);
    const bool allowed = expect_ == Expect::extension ? is_field_text({&c, 1}) : c == ';';
    advance(allowed && ++dropped_ <= kMaxDropped, Expect::extension);
}

void ChunkedDecoder::consume_trailer(char c) {
    if (++dropped_ > kMaxDropped) return advance(false, expect_);
    switch (expect_) {
        case Expect::line_start:
            return c == '\r' ? advance(true, Expect::last_lf)
                             : advance(is_token(c), Expect::trailer_name);
        case Expect::trailer_name:
            return c == ':' ? advance(true, Expect::trailer_value) : advance(is_token(c), expect_);
        case Expect::trailer_value:
            return c == '\r' ? advance(true, Expect::trailer_lf)
                             : advance(is_field_text({&c, 1}), expect_);
        case Expect::trailer_lf:
            return advance(c == '\n', Expect::line_start);
        default:
            state_ = c == '\n' ? State::done : State::malformed;
    }
}

void ChunkedDecoder::advance(bool allowed, Expect next) {
    if (allowed)
        expect_ = next;
    else
        state_ = State::malformed;
}

BodyReader::BodyReader(BodyFraming framing, std::size_t limit) : framing_(framing), limit_(limit) {
    if (framing_.chunked) return;
    if (framing_.length > limit_) state_ = State::too_large;
    if (framing_.length == 0) state_ = State::complete;
}

std::size_t BodyReader::feed(std::string_view bytes) {
    if (state_ != State::more) return 0;
    return framing_.chunked ? feed_chunked(bytes) : feed_counted(bytes);
}

std::size_t BodyReader::capacity_for(std::size_t coming) const {
    const auto most = framing_.chunked ? limit_ : std::min<std::uint64_t>(limit_, framing_.length);
    return std::min(most, std::bit_ceil(std::max(kMinCapacity, body_.size() + coming)));
}

std::span<char> BodyReader::prepare() {
    if (!framing_.chunked) return body_.spare();
    encoded_.resize(kChunkedReadSize);
    return encoded_;
}

std::string_view BodyReader::commit(std::size_t size) {
    if (framing_.chunked) {
        const std::string_view bytes(encoded_.data(), size);
        return bytes.substr(feed_chunked(bytes));
    }
    body_.commit(size);
    if (body_.size() == framing_.length) state_ = State::complete;
    return {};
}

std::size_t BodyReader::feed_counted(std::string_view bytes) {
    const auto size = std::min<std::uint64_t>(bytes.size(), framing_.length - body_.size());
    body_.append(bytes.substr(0, size));
    if (body_.size() == framing_.length) state_ = State::complete;
    return size;
}

std::size_t BodyReader::feed_chunked(std::string_view bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && state_ == State::more) {
        const auto step = decoder_.step(bytes.substr(used));
        used += step.consumed;
        keep(step.content);
        if (decoder_.state() == ChunkedDecoder::State::done) state_ = State::complete;
        if (decoder_.state() == ChunkedDecoder::State::malformed) state_ = State::malformed;
    }
    return used;
}

void BodyReader::keep(std::string_view content) {
    if (content.size() > limit_ - body_.size()) {
        state_ = State::too_large;
        body_ = {};
        return;
    }
    body_.append(content);
}

}  // namespace cameo::http
