#include "ops/json_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "base/clock.h"

namespace cameo::ops {
namespace {

constexpr std::string_view kBegin =
    "eyJ";  // `{"` in base64url: how every header and payload begins

constexpr std::size_t kFieldBytes = 1024;
constexpr std::string_view kCut = "[cut]";

bool is_of_token(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '=';
}

// The length of the token at the start of the text; 0 if there is none. Parts of a token count too.
std::size_t token_length(std::string_view text) {
    constexpr std::size_t kShortest = 20;
    if (!text.starts_with(kBegin)) return 0;
    const auto* end = std::ranges::find_if_not(text, is_of_token);
    const auto length = static_cast<std::size_t>(end - text.begin());
    return length >= kShortest ? length : 0;
}

// Whether the text needs no escaping and contains no token (a J may begin one). Reads bytes without
// an early exit, so that the loop is vectorised: this is most of the cost of a line.
bool is_plain(std::string_view text) {
    std::uint8_t odd = text.size() > kFieldBytes ? 1 : 0;
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        odd |= static_cast<std::uint8_t>(static_cast<std::uint8_t>(byte - 0x20) > 0x5e) |
               static_cast<std::uint8_t>(byte == '"') | static_cast<std::uint8_t>(byte == '\\') |
               static_cast<std::uint8_t>(byte == kBegin[2]);
    }
    return odd == 0;
}

void append_escaped(std::string& out, char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '"' || byte == '\\')
        out += {'\\', c};
    else if (byte < 0x20 || byte >= 0x7f)
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    else
        out += c;
}

void append_checked(std::string& out, std::string_view text) {
    const auto begin = out.size();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (out.size() - begin >= kFieldBytes) {
            out += kCut;
            return;
        }
        if (const auto length = token_length(text.substr(i)); length > 0) {
            out += "[token]";
            i += length - 1;
        } else {
            append_escaped(out, text[i]);
        }
    }
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
    out += '"';
    if (is_plain(text.substr(0, kFieldBytes + 1)))
        out += text;
    else
        append_checked(out, text);
    out += '"';
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    out += ",\"";
    out += name;
    out += "\":";
    append_json_text(out, text);
}

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits{};
    out.append(digits.data(), std::to_chars(digits.begin(), digits.end(), number).ptr);
}

// The part up to the second, formatted once a second by each thread.
void append_time(std::string& out, Instant time) {
    static thread_local std::chrono::sys_seconds made{std::chrono::seconds(-1)};
    static thread_local std::string text;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    if (seconds != made) {
        text = utc_text(seconds) + '.';
        made = seconds;
    }
    const auto millis = static_cast<unsigned>((time - seconds).count());
    out += text;
    out += {static_cast<char>('0' + millis / 100), static_cast<char>('0' + millis / 10 % 10),
            static_cast<char>('0' + millis % 10), 'Z'};
}

}  // namespace cameo::ops
