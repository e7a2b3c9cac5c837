#include "http/framing.h"

#include <charconv>

#include "base/text.h"
#include "http/characters.h"

namespace cameo::http {
namespace {

constexpr std::size_t kLongestClientId = 128;

bool is_named(const Field& field, std::string_view name) {
    return equals_ignoring_case(field.name, name);
}

}  // namespace

std::optional<ProtocolError> Framing::take(const Field& field) {
    switch (field.name.size()) {  // few names share a length: most fields are passed by at once
        case 4:
            if (is_named(field, "Host")) return take_host(field.value);
            break;
        case 6:
            if (is_named(field, "Expect"))
                (equals_ignoring_case(field.value, "100-continue") ? expects_continue_
                                                                   : expects_other_) = true;
            break;
        case 10:
            if (is_named(field, "Connection")) take_connection(field.value);
            break;
        case 14:
            if (is_named(field, "Content-Length")) return take_length(field.value);
            break;
        case 17:
            if (is_named(field, "Transfer-Encoding")) return take_coding(field.value);
            if (is_named(field, "client-request-id")) take_client_id(field.value);
            break;
        default:
            break;
    }
    return std::nullopt;
}

std::optional<ProtocolError> Framing::judge(int minor) const {
    if (minor == 1 && !has_host_) return ProtocolError{400, "The Host field is missing."};
    if (coded_ && length_)
        return ProtocolError{400, "Content-Length and Transfer-Encoding exclude each other."};
    if (coded_ && minor == 0) return ProtocolError{400, "HTTP/1.0 has no Transfer-Encoding."};
    if (coded_ && !chunked_) return ProtocolError{400, "The last transfer coding must be chunked."};
    if (minor == 1 && expects_other_) return ProtocolError{417, "The expectation is not known."};
    return std::nullopt;
}

// Equal repetitions are refused too, though RFC 9110 section 8.6 would allow to merge them: who
// sends two has a broken sender or a second reader in mind.
std::optional<ProtocolError> Framing::take_length(std::string_view value) {
    if (length_) return ProtocolError{400, "Content-Length stands more than once."};
    std::uint64_t length = 0;
    const char* first = value.data();
    const char* last = first + value.size();
    const auto parsed = std::from_chars(first, last, length);  // an unsigned takes no sign
    if (value.empty() || parsed.ec != std::errc() || parsed.ptr != last)
        return ProtocolError{400, "Content-Length is malformed."};
    length_ = length;
    return std::nullopt;
}

std::optional<ProtocolError> Framing::take_coding(std::string_view value) {
    coded_ = true;
    if (value.empty()) return ProtocolError{400, "Transfer-Encoding is empty."};
    for (const auto coding : split_list(value, ',')) {
        if (chunked_) return ProtocolError{400, "Nothing may follow the transfer coding chunked."};
        if (!equals_ignoring_case(coding, "chunked"))
            return ProtocolError{501, "The only transfer coding taken is chunked."};
        chunked_ = true;
    }
    return std::nullopt;
}

std::optional<ProtocolError> Framing::take_host(std::string_view value) {
    if (has_host_) return ProtocolError{400, "The Host field stands more than once."};
    if (!is_host(value)) return ProtocolError{400, "The Host field is malformed."};
    has_host_ = true;
    return std::nullopt;
}

void Framing::take_connection(std::string_view value) {
    for (const auto option : split_list(value, ',')) {
        close_ |= equals_ignoring_case(option, "close");
        keep_alive_ |= equals_ignoring_case(option, "keep-alive");
    }
}

void Framing::take_client_id(std::string_view value) {
    if (client_id_.empty() && value.size() <= kLongestClientId && is_visible_ascii(value))
        client_id_ = value;
}

}  // namespace cameo::http
