#include "store/sqlite/search_text.h"

#include <string_view>
#include <vector>

#include "directory/property.h"
#include "directory/words.h"

namespace cameo::store::sqlite {
namespace {

using directory::SearchTerm;
using Texts = std::vector<std::string>;

std::string joined(const Texts& texts, std::string_view between) {
    std::string whole;
    for (const auto& text : texts) {
        if (!whole.empty()) whole += between;
        whole += text;
    }
    return whole;
}

// Each word, quoted, as the beginning of a token. A word holds no quote: words_of made it.
Texts prefixes(const SearchTerm& term) {
    Texts texts;
    for (const auto& text : term.words)
        for (const auto& word : directory::words_of(text)) texts.push_back('"' + word + "\"*");
    return texts;
}

template <class Object>
std::string term_text(const SearchTerm& term) {
    const Texts words = prefixes(term);
    if (words.empty()) return "";
    std::string all = '(' + joined(words, " AND ") + ')';
    if (words.size() == 1 && term.property.empty() && term.among.empty()) return all;
    Texts columns;
    for (const auto& property : directory::properties<Object>())
        if (property.searched && directory::looks_into(term, property.name))
            columns.push_back(directory::snake_case(property.name) + " : " + all);
    return columns.empty() ? "" : '(' + joined(columns, " OR ") + ')';
}

template <class Object>
std::string terms_text(const std::vector<SearchTerm>& terms) {
    Texts texts;
    for (const auto& term : terms) {
        texts.push_back(term_text<Object>(term));
        if (texts.back().empty()) return "";
    }
    return texts.empty() ? "" : '(' + joined(texts, " AND ") + ')';
}

}  // namespace

template <class Object>
std::string match_text(const directory::Search& search) {
    Texts texts;
    for (const auto& terms : search)
        if (auto text = terms_text<Object>(terms); !text.empty()) texts.push_back(std::move(text));
    return joined(texts, " OR ");
}

template std::string match_text<directory::User>(const directory::Search&);
template std::string match_text<directory::Group>(const directory::Search&);

}  // namespace cameo::store::sqlite
