#include "transfer/file_name.h"

#include <algorithm>

#include "base/text.h"

namespace cameo::transfer {
namespace {

// Room for an extension and a temporary name's ending within the 255 bytes of most file systems.
constexpr std::size_t kLongest = 200;

bool is_safe(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f &&
           std::string_view(R"(/\<>:"|?*)").find(c) == std::string_view::npos;
}

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

}  // namespace

std::string safe_file_name(std::string_view name) {
    std::string safe(name);
    std::ranges::replace_if(safe, [](char c) { return !is_safe(c); }, '_');
    if (safe.size() > kLongest) {
        auto end = kLongest;
        while (end > 0 && continues_a_character(safe[end])) --end;
        safe.resize(end);
    }
    if (safe.starts_with('.')) safe.front() = '_';
    while (safe.ends_with(' ') || safe.ends_with('.')) safe.pop_back();
    if (safe.empty() && !name.empty()) safe = "_";
    return safe;
}

std::string match_key(std::string_view name) { return to_lower(safe_file_name(name)); }

}  // namespace cameo::transfer
