#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cameo::app {

// A heading and its lines, for the terminal: at most twenty, then `... and N more`. Empty where
// there are no lines.
std::string listing(const std::string& heading, const std::vector<std::string>& lines,
                    const std::string& where_all_are = "");

// Control characters, which a file name may hold, as `?`: a terminal would obey them.
std::string printable(const std::string& text);

}  // namespace cameo::app
