#include "matching/name_match.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/text.h"

namespace cameo::matching {
namespace {

// Windows saves JPEGs of browsers as .jfif; Sony and Canon write HEIF as .hif.
constexpr std::array<std::string_view, 13> kExtensions{".jpg",  ".jpeg", ".jpe",  ".jfif", ".pjpeg",
                                                       ".pjp",  ".png",  ".webp", ".gif",  ".heic",
                                                       ".heif", ".hif",  ".avif"};

// Where the extension of a picture begins; npos without one. A name is never only an extension.
std::size_t extension_at(std::string_view name) {
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return std::string_view::npos;
    const bool known =
        std::ranges::find(kExtensions, to_lower(name.substr(dot))) != kExtensions.end();
    return known ? dot : std::string_view::npos;
}

std::string_view without_folders(std::string_view file) {
    return file.substr(file.rfind('/') + 1);  // npos + 1 is 0
}

void mark_duplicates(std::vector<Match>& matches) {
    std::unordered_map<std::size_t, std::size_t> first_of;  // by owner
    for (std::size_t i = 0; i < matches.size(); ++i) {
        if (matches[i].owners.size() != 1) continue;
        const auto [first, is_new] = first_of.emplace(matches[i].owners.front(), i);
        if (is_new) continue;
        auto& earlier = matches[first->second];
        matches[i].state = earlier.state = MatchState::duplicate;
        matches[i].other = first->second;
        earlier.other = i;
    }
}

}  // namespace

bool is_picture_name(std::string_view file) {
    return extension_at(without_folders(file)) != std::string_view::npos;
}

std::string_view owner_name_of(std::string_view file) {
    const auto name = without_folders(file);
    return name.substr(0, extension_at(name));
}

std::vector<Match> match_names(const OwnerIndex& owners, std::span<const std::string> names) {
    std::vector<Match> matches;
    for (const auto& name : names) {
        auto& match = matches.emplace_back(Match{.owners = owners.find(name)});
        if (match.owners.size() == 1) match.state = MatchState::matched;
        if (match.owners.size() > 1) match.state = MatchState::ambiguous;
    }
    mark_duplicates(matches);
    return matches;
}

}  // namespace cameo::matching
