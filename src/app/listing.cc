#include "app/listing.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/progress_line.h"
#include "base/text.h"

namespace cameo::app {
namespace {

constexpr std::size_t kShown = 20;

}  // namespace

std::string printable(const std::string& text) {
    std::string shown = text;
    std::ranges::replace_if(shown, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    if (is_utf8(shown)) return shown;
    std::ranges::replace_if(shown, [](unsigned char c) { return c >= 0x80; }, '?');
    return shown;
}

std::string listing(const std::string& heading, const std::vector<std::string>& lines,
                    const std::string& where_all_are) {
    if (lines.empty()) return {};
    auto text = fmt::format("\n{} ({}):\n", heading, with_commas(lines.size()));
    for (std::size_t i = 0; i < std::min(lines.size(), kShown); ++i)
        text += fmt::format("  {}\n", printable(lines[i]));
    if (lines.size() > kShown)
        text +=
            fmt::format("  ... and {} more{}\n", with_commas(lines.size() - kShown), where_all_are);
    return text;
}

}  // namespace cameo::app
