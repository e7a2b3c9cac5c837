#include "http/head_parser.h"

#include <expected>
#include <optional>
#include <utility>

#include "base/text.h"
#include "http/characters.h"
#include "http/request_line.h"

namespace cameo::http {
namespace {

constexpr std::size_t kEmptyLinesBefore = 8;

// Cuts lines at CRLF. A bare LF is no line end (RFC 9112 section 2.2 would allow it): it is how
// two readers come to see different heads. A bare CR stays in the line, where no part allows it.
class Lines {
  public:
    explicit Lines(std::string_view bytes) : bytes_(bytes) {}

    // The next line without its CRLF; nullopt where there is no whole one (yet), or a bare LF.
    std::optional<std::string_view> next() {
        const auto end = bytes_.find('\n', position_);
        if (end == std::string_view::npos) return std::nullopt;
        bare_ = end == position_ || bytes_[end - 1] != '\r';
        if (bare_) return std::nullopt;
        const auto line = bytes_.substr(position_, end - 1 - position_);
        position_ = end + 1;
        return line;
    }

    bool bare() const { return bare_; }
    std::size_t position() const { return position_; }

  private:
    std::string_view bytes_;
    std::size_t position_ = 0;
    bool bare_ = false;
};

std::expected<Field, ProtocolError> parse_field(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return std::unexpected(ProtocolError{400, "A header field is malformed."});
    const auto value = line.substr(colon + 1);
    if (!is_field_text(value))
        return std::unexpected(ProtocolError{400, "A header field holds a control character."});
    const auto trimmed =
        trim(value);  // null where nothing is left, but an empty field is no absent one
    return Field{line.substr(0, colon), trimmed.empty() ? value.substr(0, 0) : trimmed};
}

// One parse; the state of the head so far lives in head_.
class Parser {
  public:
    Parser(std::string_view bytes, const HeadLimits& limits, Request recycled)
        : bytes_(bytes), limits_(limits), lines_(bytes) {
        head_.request = std::move(recycled);
        head_.request.fields.clear();
        head_.request.method = Method::other;
        head_.request.method_text = head_.request.target = head_.request.client_id = {};
    }

    Head run() {
        if (request_line() && fields()) finish();
        return std::move(head_);
    }

  private:
    bool refuse(ProtocolError refusal) {
        head_.state = Head::State::refused;
        head_.refusal = refusal;
        return false;
    }

    // The next line, or nullopt with the head refused or left incomplete.
    std::optional<std::string_view> next_line(ProtocolError too_long) {
        const auto line = lines_.next();
        if (lines_.bare()) refuse({400, "A line ends with LF alone."});
        if ((line ? lines_.position() : bytes_.size()) > limits_.max_bytes) {
            refuse(too_long);
            return std::nullopt;
        }
        return line;
    }

    bool request_line() {
        constexpr ProtocolError kTooLong{414, "The request line is too long."};
        auto line = next_line(kTooLong);
        for (std::size_t i = 0; line && line->empty(); ++i) {
            if (i == kEmptyLinesBefore) return refuse({400, "The request line is missing."});
            line = next_line(kTooLong);
        }
        if (!line) return judge_first_byte();
        const auto parsed = parse_request_line(*line);
        if (!parsed) return refuse(parsed.error());
        head_.request.method = parsed->method;
        head_.request.method_text = parsed->method_text;
        head_.request.target = parsed->target;
        head_.old_version = parsed->minor == 0;
        return true;
    }

    // A TLS client on a plain port would otherwise wait for the whole head timeout.
    bool judge_first_byte() {
        const auto rest = bytes_.substr(lines_.position());
        if (head_.state == Head::State::incomplete && !rest.empty() && rest[0] != '\r' &&
            !is_token(rest[0]))
            return refuse({400, "The request line is malformed."});
        return false;
    }

    bool fields() {
        while (const auto line = next_line({431, "The request head is too large."})) {
            if (line->empty()) return true;
            if (head_.request.fields.size() == limits_.max_fields)
                return refuse({431, "The request has too many header fields."});
            const auto field = parse_field(*line);
            if (!field) return refuse(field.error());
            if (const auto refusal = framing_.take(*field)) return refuse(*refusal);
            head_.request.fields.push_back(*field);
        }
        return false;
    }

    void finish() {
        const int minor = head_.old_version ? 0 : 1;
        head_.request.client_id = framing_.client_id();
        if (const auto refusal = framing_.judge(minor)) {
            refuse(*refusal);
            return;
        }
        head_.state = Head::State::complete;
        head_.length = lines_.position();
        head_.body = framing_.body();
        head_.keep_alive = framing_.keep_alive(minor);
        head_.expects_continue = minor == 1 && framing_.expects_continue();
    }

    std::string_view bytes_;
    HeadLimits limits_;
    Lines lines_;
    Framing framing_;
    Head head_;
};

}  // namespace

Head parse_head(std::string_view bytes, const HeadLimits& limits, Request recycled) {
    return Parser(bytes, limits, std::move(recycled)).run();
}

}  // namespace cameo::http
