#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cameo::directory {

// What $search takes for words: runs of letters and digits, in lower case. Every character beyond
// ASCII counts as a letter, and only A to Z are folded; a store that knows Unicode may find more.
std::vector<std::string> words_of(std::string_view text);

}  // namespace cameo::directory
