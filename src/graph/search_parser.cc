#include "graph/search_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "directory/query.h"

namespace cameo::graph {
namespace {

using directory::Search;
using directory::SearchTerm;

// A word costs what all words that begin with it hold: docs/directory.md.
constexpr std::size_t kMostWords = 10;     // of all terms
constexpr std::size_t kLongestWord = 128;  // bytes

std::unexpected<Error> wrong(std::string_view what) {
    return fail(Fault::malformed, fmt::format("The query option $search {}.", what));
}

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        const char lower = to_lower(c);
        return lower >= 'a' && lower <= 'z';
    });
}

// `displayName:ada`; a colon behind what cannot be a name is a mere separator of words.
Result<SearchTerm> term_of(std::string_view text, SearchedNames names) {
    SearchTerm term;
    const auto colon = text.find(':');
    if (colon != std::string_view::npos && is_name(text.substr(0, colon))) {
        term.property = text.substr(0, colon);
        if (!names(term.property))
            return wrong(fmt::format("cannot look into a property '{}'", term.property));
        text.remove_prefix(colon + 1);
    }
    term.words = directory::words_of(text);
    if (term.words.empty()) return wrong("has a term without a letter or digit");
    const auto is_long = [](const auto& word) { return word.size() > kLongestWord; };
    if (std::ranges::any_of(term.words, is_long))
        return wrong(fmt::format("has a word of more than {} bytes", kLongestWord));
    return term;
}

// Takes the next term's text off the front: what stands in quotes, in which \ escapes, or a word.
std::optional<std::string> take_text(std::string_view& rest) {
    std::string text;
    if (!rest.starts_with('"')) {
        const auto end = std::min(rest.find(' '), rest.size());
        text = rest.substr(0, end);
        rest.remove_prefix(end);
        return text;
    }
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return text;
        }
        if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
        text += rest[i];
    }
    return std::nullopt;
}

bool take_keyword(std::string_view& rest, std::string_view keyword) {
    if (!rest.starts_with(keyword)) return false;
    if (rest.size() > keyword.size() && rest[keyword.size()] != ' ' && rest[keyword.size()] != '"')
        return false;
    rest = trim(rest.substr(keyword.size()));
    return true;
}

}  // namespace

Result<Search> parse_search(std::string_view text, SearchedNames names) {
    std::string_view rest = trim(text);
    if (rest.empty()) return wrong("is empty");
    Search search(1);
    std::size_t words = 0;
    while (true) {
        const auto quoted = take_text(rest);
        if (!quoted) return wrong("lacks a closing quote");
        auto term = term_of(*quoted, names);
        if (!term) return std::unexpected(std::move(term.error()));
        words += term->words.size();
        if (words > kMostWords) return wrong(fmt::format("has more than {} words", kMostWords));
        search.back().push_back(*std::move(term));
        rest = trim(rest);
        if (rest.empty()) return search;
        if (take_keyword(rest, "OR"))
            search.emplace_back();
        else
            take_keyword(rest, "AND");  // which is meant where nothing stands
        if (rest.empty()) return wrong("ends where a term is expected");
    }
}

}  // namespace cameo::graph
