#include "directory/query.h"

#include "base/text.h"

namespace cameo::directory {
namespace {

bool is_of_a_word(char c) {
    const bool letter = to_lower(c) >= 'a' && to_lower(c) <= 'z';
    const bool digit = c >= '0' && c <= '9';
    return letter || digit || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    bool inside = false;
    for (const char c : text) {
        if (is_of_a_word(c)) {
            if (!inside) words.emplace_back();
            words.back() += to_lower(c);
        }
        inside = is_of_a_word(c);
    }
    return words;
}

}  // namespace cameo::directory
