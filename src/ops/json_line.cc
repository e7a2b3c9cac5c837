#include "ops/json_line.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace cameo::ops {
namespace {

constexpr std::string_view kBegin =
    "eyJ";  // `{"` in base64url: how every header and payload begins

bool is_of_token(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '=';
}

// How long the token is that begins the text; 0 where none does. Parts of one count as well.
std::size_t token_length(std::string_view text) {
    constexpr std::size_t kShortest = 20;
    if (!text.starts_with(kBegin)) return 0;
    const auto* end = std::ranges::find_if_not(text, is_of_token);
    const auto length = static_cast<std::size_t>(end - text.begin());
    return length >= kShortest ? length : 0;
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (const auto length = token_length(text.substr(i)); length > 0) {
            out += "[token]";
            i += length - 1;
            continue;
        }
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == '"' || byte == '\\')
            out += {'\\', text[i]};
        else if (byte < 0x20 || byte >= 0x7f)
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
        else
            out += text[i];
    }
    out += '"';
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    out += ",\"";
    out += name;
    out += "\":";
    append_json_text(out, text);
}

std::string time_text(Instant time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                       (time - seconds).count());
}

}  // namespace cameo::ops
