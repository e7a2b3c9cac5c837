#include "transfer/base64.h"

#include <string>

#include "base/base64url.h"

namespace cameo::transfer {

std::optional<Bytes> from_any_base64(std::string_view text) {
    if (text.starts_with("data:")) {
        constexpr std::string_view kMark = ";base64,";
        const auto mark = text.find(kMark);
        if (mark == std::string_view::npos) return std::nullopt;
        text.remove_prefix(mark + kMark.size());
    }
    std::string plain;
    plain.reserve(text.size());
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        plain.push_back(c == '+' ? '-' : c == '/' ? '_' : c);
    }
    for (int padding = 0; padding < 2 && plain.ends_with('='); ++padding) plain.pop_back();
    const auto decoded = from_base64url(plain);
    if (!decoded) return std::nullopt;
    return Bytes(decoded->begin(), decoded->end());
}

}  // namespace cameo::transfer
