#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cameo::directory {

// What $search takes for words: runs of letters and digits, in lower case. Every character beyond
// ASCII counts as a letter, and only A to Z are folded; a store that knows Unicode may find more.
std::vector<std::string> words_of(std::string_view text);

// What a list may ask for: contract section 7. Plain values; every store gives the same answer.

// A condition on an object: $filter. Names are Graph's, of properties whose value is one text or
// one truth; the maker has checked them, and how deep the parts lie. A name that the kind does not
// have holds for no object. Texts are compared without regard to ASCII case; an absent text equals
// the empty one.
struct Filter {
    enum class Kind : std::uint8_t { all_of, any_of, none_of, equals, starts_with };
    Kind kind = Kind::all_of;
    std::string property;                   // of equals and starts_with
    std::variant<std::string, bool> value;  // bool for equals only
    std::vector<Filter> parts;              // of all_of, any_of and none_of
};

// One term of $search: each of its words begins some word of the property, or, where no property is
// named, of any searched property (the same for all its words). Words are those of
// directory/words.h: a text here that holds several counts as several, and a term without any finds
// nothing. Letter case does not count.
struct SearchTerm {
    std::string property;  // Graph's name of a searched property; empty for any
    std::vector<std::string> words;
    // Where no property is named: the searched properties that are looked into; empty for all. Of
    // users only.
    std::vector<std::string> among = {};
};

// Whether the term is looked for in the searched property of that name.
inline bool looks_into(const SearchTerm& term, std::string_view name) {
    if (!term.property.empty()) return term.property == name;
    return term.among.empty() || std::ranges::find(term.among, name) != term.among.end();
}

// Any of these alternatives, of which each wants all of its terms.
using Search = std::vector<std::vector<SearchTerm>>;

// A place in a list: behind the object with this name and id.
struct Cursor {
    std::string display_name;
    std::string id;
};

struct Query {
    std::optional<Filter> filter;
    std::optional<Search> search;
    // By displayName without regard to ASCII case, then by id; descending turns both round.
    bool descending = false;
    bool by_id = false;  // by id alone: the order tells nothing of names
    std::optional<Cursor> after;
    std::size_t skip = 0;
    std::size_t top = 100;
    bool count = false;
};

template <class Object>
struct Page {
    std::vector<Object> objects;
    bool more = false;                   // there are objects behind these
    std::optional<std::uint64_t> count;  // of all that match, where Query::count asks for it
};

}  // namespace cameo::directory
