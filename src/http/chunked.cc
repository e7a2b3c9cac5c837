#include "http/chunked.h"

#include <algorithm>

#include "base/hex.h"
#include "http/characters.h"

namespace cameo::http {
namespace {

constexpr std::size_t kMostDigits = 16;       // what 64 bits hold
constexpr std::size_t kMostDropped = 16'384;  // extensions and trailers of one body

}  // namespace

ChunkedDecoder::Step ChunkedDecoder::step(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size() && state_ == State::more) {
        if (expect_ == Expect::content) {
            const auto size = std::min<std::uint64_t>(left_, bytes.size() - at);
            left_ -= size;
            if (left_ == 0) expect_ = Expect::content_cr;
            return {at + size, bytes.substr(at, size)};
        }
        take(bytes[at++]);
    }
    return {at, {}};
}

void ChunkedDecoder::take(char c) {
    switch (expect_) {
        case Expect::first_digit:
        case Expect::digit:
            return take_digit(c);
        case Expect::extension:
            return take_size_end(c);
        case Expect::size_lf:
            return go(c == '\n', left_ == 0 ? Expect::line_start : Expect::content);
        case Expect::content:
            return;
        case Expect::content_cr:
            return go(c == '\r', Expect::content_lf);
        case Expect::content_lf:
            return go(c == '\n', Expect::first_digit);
        default:
            return take_trailer(c);
    }
}

void ChunkedDecoder::take_digit(char c) {
    const int digit = hex_value(c);
    if (digit < 0) return take_size_end(c);
    if (expect_ == Expect::first_digit) left_ = digits_ = 0;
    left_ = left_ << 4 | static_cast<std::uint64_t>(digit);
    go(++digits_ <= kMostDigits, Expect::digit);
}

void ChunkedDecoder::take_size_end(char c) {
    if (expect_ == Expect::first_digit) return go(false, expect_);
    if (c == '\r') return go(true, Expect::size_lf);
    const bool allowed = expect_ == Expect::extension ? is_field_text({&c, 1}) : c == ';';
    go(allowed && ++dropped_ <= kMostDropped, Expect::extension);
}

void ChunkedDecoder::take_trailer(char c) {
    if (++dropped_ > kMostDropped) return go(false, expect_);
    switch (expect_) {
        case Expect::line_start:
            return c == '\r' ? go(true, Expect::last_lf) : go(is_token(c), Expect::trailer_name);
        case Expect::trailer_name:
            return c == ':' ? go(true, Expect::trailer_value) : go(is_token(c), expect_);
        case Expect::trailer_value:
            return c == '\r' ? go(true, Expect::trailer_lf) : go(is_field_text({&c, 1}), expect_);
        case Expect::trailer_lf:
            return go(c == '\n', Expect::line_start);
        default:
            state_ = c == '\n' ? State::done : State::malformed;
    }
}

void ChunkedDecoder::go(bool allowed, Expect next) {
    if (allowed)
        expect_ = next;
    else
        state_ = State::malformed;
}

}  // namespace cameo::http
