#include "http/head_parser.h"

#include <array>
#include <charconv>
#include <expected>
#include <optional>
#include <utility>

#include "base/text.h"
#include "http/characters.h"

namespace cameo::http {
namespace {

// The request line: RFC 9112 section 3.

constexpr std::size_t kMaxMethod = 20;

constexpr std::array<std::pair<std::string_view, Method>, 7> kMethods{
    {{"GET", Method::get},
     {"HEAD", Method::head},
     {"PUT", Method::put},
     {"POST", Method::post},
     {"PATCH", Method::patch},
     {"DELETE", Method::del},
     {"OPTIONS", Method::options}}};

Method method_of(std::string_view text) {
    for (const auto& [name, method] : kMethods)
        if (name == text) return method;
    return Method::other;
}

std::expected<int, ProtocolError> minor_version(std::string_view text) {
    if (text == "HTTP/1.1") return 1;
    if (text == "HTTP/1.0") return 0;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() == 8 && text.starts_with("HTTP/") && digit(text[5]) && text[6] == '.' &&
        digit(text[7]))
        return std::unexpected(ProtocolError{505, "This server supports HTTP/1.1 and HTTP/1.0."});
    return std::unexpected(ProtocolError{400, "The request line is malformed."});
}

bool has_scheme(std::string_view target, std::string_view scheme) {
    return equals_ignoring_case(target.substr(0, scheme.size()), scheme);
}

// The path of `http://host/path`. For a query without a path, no part of the text is an
// origin-form.
std::optional<std::string_view> path_of_absolute(std::string_view target) {
    const std::size_t scheme = has_scheme(target, "http://")    ? 7
                               : has_scheme(target, "https://") ? 8
                                                                : 0;
    if (scheme == 0) return std::nullopt;
    const auto end = std::min(target.find_first_of("/?", scheme), target.size());
    if (end == scheme || !is_host(target.substr(scheme, end - scheme))) return std::nullopt;
    if (end == target.size()) return "/";
    if (target[end] == '?') return std::nullopt;
    return target.substr(end);
}

std::optional<std::string_view> origin_form(std::string_view target, Method method) {
    if (!is_visible_ascii(target) || target.contains('#')) return std::nullopt;
    if (target.starts_with('/')) return target;
    if (target == "*") return method == Method::options ? std::optional(target) : std::nullopt;
    return path_of_absolute(target);
}

// The parts of `GET /path HTTP/1.1`. The views point into the line.
struct RequestLine {
    Method method = Method::other;
    std::string_view method_text;
    std::string_view target;  // origin-form, or `*`
    int minor = 1;            // of HTTP/1.x: 0 or 1
};

// Strict: single spaces, a method of at most 20 token characters (else 501), HTTP/1.0 or 1.1 (else
// 505), a target of visible ASCII without fragment. Uses only the path of an absolute-form target
// (section 3.2.2). `line` has no CRLF.
std::expected<RequestLine, ProtocolError> parse_request_line(std::string_view line) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return std::unexpected(ProtocolError{400, "The request line is malformed."});
    const auto method = line.substr(0, first);
    if (!is_token(method)) return std::unexpected(ProtocolError{400, "The method is malformed."});
    const auto minor = minor_version(line.substr(last + 1));
    if (!minor) return std::unexpected(minor.error());
    if (method.size() > kMaxMethod)
        return std::unexpected(ProtocolError{501, "The method is not known."});
    const auto known = method_of(method);
    const auto target = origin_form(line.substr(first + 1, last - first - 1), known);
    if (!target) return std::unexpected(ProtocolError{400, "The request target is malformed."});
    return RequestLine{known, method, *target, *minor};
}

// The fields.

constexpr std::size_t kMaxClientId = 128;

bool is_named(const Field& field, std::string_view name) {
    return equals_ignoring_case(field.name, name);
}

// Collects the properties of the connection and the body from the fields of one head, and rejects
// heads that two parsers could read differently (RFC 9112 sections 6 and 11.2).
class HeadFields {
  public:
    // Adds the next field; returns an error if the field is not allowed.
    std::optional<ProtocolError> add(const Field& field);

    // Checks all of them together, for HTTP/1.`minor`.
    std::optional<ProtocolError> check(int minor) const;

    BodyFraming body(int minor) const {
        return {chunked_, length_.value_or(0), minor == 1 && expects_continue_};
    }
    bool keep_alive(int minor) const { return !close_ && (minor == 1 || keep_alive_); }
    bool forwarded() const { return forwarded_; }
    // The client's own id if it can be sent back, else empty.
    std::string_view client_id() const { return client_id_; }

  private:
    std::optional<ProtocolError> set_length(std::string_view value);
    std::optional<ProtocolError> set_coding(std::string_view value);
    std::optional<ProtocolError> set_host(std::string_view value);
    void set_connection(std::string_view value);
    void set_client_id(std::string_view value);

    std::optional<std::uint64_t> length_;
    bool coded_ = false;
    bool chunked_ = false;
    bool has_host_ = false;
    bool close_ = false;
    bool keep_alive_ = false;
    bool expects_continue_ = false;
    bool expects_other_ = false;
    bool forwarded_ = false;
    std::string_view client_id_;
};

std::optional<ProtocolError> HeadFields::add(const Field& field) {
    switch (field.name.size()) {  // few names share a length, so most fields cost one comparison
        case 4:
            if (is_named(field, "Host")) return set_host(field.value);
            break;
        case 6:
            if (is_named(field, "Expect"))
                (equals_ignoring_case(field.value, "100-continue") ? expects_continue_
                                                                   : expects_other_) = true;
            break;
        case 9:
            forwarded_ |= is_named(field, "Forwarded");
            break;
        case 10:
            if (is_named(field, "Connection")) set_connection(field.value);
            break;
        case 14:
            if (is_named(field, "Content-Length")) return set_length(field.value);
            break;
        case 15:
            forwarded_ |= is_named(field, "X-Forwarded-For");
            break;
        case 16:
            forwarded_ |= is_named(field, "X-Forwarded-Host");
            break;
        case 17:
            forwarded_ |= is_named(field, "X-Forwarded-Proto");
            if (is_named(field, "Transfer-Encoding")) return set_coding(field.value);
            if (is_named(field, "client-request-id")) set_client_id(field.value);
            break;
        default:
            break;
    }
    return std::nullopt;
}

std::optional<ProtocolError> HeadFields::check(int minor) const {
    if (minor == 1 && !has_host_) return ProtocolError{400, "The Host field is missing."};
    if (coded_ && length_)
        return ProtocolError{400, "Content-Length and Transfer-Encoding exclude each other."};
    if (coded_ && minor == 0) return ProtocolError{400, "HTTP/1.0 has no Transfer-Encoding."};
    if (coded_ && !chunked_) return ProtocolError{400, "The last transfer coding must be chunked."};
    if (minor == 1 && expects_other_) return ProtocolError{417, "The expectation is not known."};
    return std::nullopt;
}

// Equal repetitions are rejected too, though RFC 9110 section 8.6 would allow merging them: two
// lengths are sent by a broken client or are an attack on a second parser.
std::optional<ProtocolError> HeadFields::set_length(std::string_view value) {
    if (length_) return ProtocolError{400, "Content-Length occurs more than once."};
    std::uint64_t length = 0;
    const char* first = value.data();
    const char* last = first + value.size();
    const auto parsed = std::from_chars(first, last, length);  // unsigned: accepts no sign
    if (value.empty() || parsed.ec != std::errc() || parsed.ptr != last)
        return ProtocolError{400, "Content-Length is malformed."};
    length_ = length;
    return std::nullopt;
}

std::optional<ProtocolError> HeadFields::set_coding(std::string_view value) {
    coded_ = true;
    if (value.empty()) return ProtocolError{400, "Transfer-Encoding is empty."};
    for (const auto coding : split_list(value, ',')) {
        if (chunked_) return ProtocolError{400, "Nothing may follow the transfer coding chunked."};
        if (!equals_ignoring_case(coding, "chunked"))
            return ProtocolError{501, "The only supported transfer coding is chunked."};
        chunked_ = true;
    }
    return std::nullopt;
}

std::optional<ProtocolError> HeadFields::set_host(std::string_view value) {
    if (has_host_) return ProtocolError{400, "The Host field occurs more than once."};
    if (!is_host(value)) return ProtocolError{400, "The Host field is malformed."};
    has_host_ = true;
    return std::nullopt;
}

void HeadFields::set_connection(std::string_view value) {
    for (const auto option : split_list(value, ',')) {
        close_ |= equals_ignoring_case(option, "close");
        keep_alive_ |= equals_ignoring_case(option, "keep-alive");
    }
}

void HeadFields::set_client_id(std::string_view value) {
    if (client_id_.empty() && value.size() <= kMaxClientId && is_visible_ascii(value))
        client_id_ = value;
}

// The head.

constexpr std::size_t kMaxEmptyLines = 8;

// Splits lines at CRLF. A bare LF is not a line end (RFC 9112 section 2.2 would allow it), because
// two parsers could then read different heads. A bare CR stays in the line, where every part
// rejects it.
class Lines {
  public:
    explicit Lines(std::string_view bytes) : bytes_(bytes) {}

    // The next line without its CRLF; nullopt if there is no whole line (yet), or a bare LF.
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
        return std::unexpected(ProtocolError{400, "A header field contains a control character."});
    const auto trimmed =
        trim(value);  // null if nothing is left; an empty field must differ from an absent one
    return Field{line.substr(0, colon), trimmed.empty() ? value.substr(0, 0) : trimmed};
}

// The state of one parse; the result is in head_.
class Parser {
  public:
    Parser(std::string_view bytes, const HeadLimits& limits, Request reuse)
        : bytes_(bytes), limits_(limits), lines_(bytes) {
        head_.request = std::move(reuse);
        head_.request.fields.clear();
        head_.request.method = Method::other;
        head_.request.method_text = head_.request.target = head_.request.client_id = {};
    }

    Head run() {
        if (parse_line() && parse_fields()) finish();
        head_.request.forwarded = fields_.forwarded();
        return std::move(head_);
    }

  private:
    bool reject(ProtocolError error) {
        head_.state = Head::State::invalid;
        head_.error = error;
        return false;
    }

    // The next line, or nullopt after setting the head to invalid or incomplete.
    std::optional<std::string_view> next_line(ProtocolError too_long) {
        const auto line = lines_.next();
        if (lines_.bare()) reject({400, "A line ends with LF without CR."});
        if ((line ? lines_.position() : bytes_.size()) > limits_.max_bytes) {
            reject(too_long);
            return std::nullopt;
        }
        return line;
    }

    bool parse_line() {
        constexpr ProtocolError kTooLong{414, "The request line is too long."};
        auto line = next_line(kTooLong);
        for (std::size_t i = 0; line && line->empty(); ++i) {
            if (i == kMaxEmptyLines) return reject({400, "The request line is missing."});
            line = next_line(kTooLong);
        }
        if (!line) return check_first_byte();
        const auto parsed = parse_request_line(*line);
        if (!parsed) return reject(parsed.error());
        head_.request.method = parsed->method;
        head_.request.method_text = parsed->method_text;
        head_.request.target = parsed->target;
        head_.is_http10 = parsed->minor == 0;
        return true;
    }

    // Without this check, a TLS client on a plain port would wait for the whole head timeout.
    bool check_first_byte() {
        const auto rest = bytes_.substr(lines_.position());
        if (head_.state == Head::State::incomplete && !rest.empty() && rest[0] != '\r' &&
            !is_token(rest[0]))
            return reject({400, "The request line is malformed."});
        return false;
    }

    bool parse_fields() {
        while (const auto line = next_line({431, "The request head is too large."})) {
            if (line->empty()) return true;
            if (head_.request.fields.size() == limits_.max_fields)
                return reject({431, "The request has too many header fields."});
            const auto field = parse_field(*line);
            if (!field) return reject(field.error());
            if (const auto error = fields_.add(*field)) return reject(*error);
            head_.request.fields.push_back(*field);
        }
        return false;
    }

    void finish() {
        const int minor = head_.is_http10 ? 0 : 1;
        head_.request.client_id = fields_.client_id();
        if (const auto error = fields_.check(minor)) {
            reject(*error);
            return;
        }
        head_.state = Head::State::complete;
        head_.length = lines_.position();
        head_.body = fields_.body(minor);
        head_.keep_alive = fields_.keep_alive(minor);
    }

    std::string_view bytes_;
    HeadLimits limits_;
    Lines lines_;
    HeadFields fields_;
    Head head_;
};

}  // namespace

Head parse_head(std::string_view bytes, const HeadLimits& limits, Request reuse) {
    return Parser(bytes, limits, std::move(reuse)).run();
}

}  // namespace cameo::http
