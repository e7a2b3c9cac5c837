#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"

namespace cameo::directory {

// The words of a text for $search: runs of letters and digits, in lower case. Every character
// beyond ASCII counts as a letter, and only A to Z are folded; a store with Unicode support may
// find more.
std::vector<std::string> words_of(std::string_view text);

// The query of a list: docs/directory.md, "Reads". Plain values; every store gives the same answer.

// A condition on an object: $filter. Names are Graph's; the caller has checked the names and the
// depth of the parts. A property that the type does not have holds for no object. Texts are
// compared without regard to ASCII case, except ids of contacts and folders; an absent text equals
// the empty one. A comparison of a list holds where it holds for any item; a list of addresses is
// compared by `member`. Of the properties of directory/kept.h, employeeId of users alone may be
// compared, by equals.
struct Filter {
    enum class Kind : std::uint8_t {
        all_of,
        any_of,
        none_of,
        equals,
        starts_with,
        ends_with,
        at_least,
        at_most
    };
    Kind kind = Kind::all_of;
    std::string property;  // of comparisons
    // bool for equals only; Instant for equals, at_least and at_most of a time.
    std::variant<std::string, bool, Instant> value;
    std::vector<Filter> parts;  // of all_of, any_of and none_of
    enum class Member : std::uint8_t { address, name };
    Member member = Member::address;  // of a list of addresses
};

// One term of $search. Each of its words must be the beginning of a word of the property or, if
// no property is named, of one and the same searched property. Words are those of words_of: a text
// with several words counts as several, and a term without a word matches nothing.
// Case-insensitive.
struct SearchTerm {
    std::string property;  // Graph's name of a searched property; empty for any
    std::vector<std::string> words;
    // The properties that are searched if none is named; empty for all. Only for users.
    std::vector<std::string> among = {};
};

// Whether the term is searched in that property.
inline bool searches_property(const SearchTerm& term, std::string_view name) {
    if (!term.property.empty()) return term.property == name;
    return term.among.empty() || std::ranges::find(term.among, name) != term.among.end();
}

// A disjunction of conjunctions: an object matches if all terms of one alternative match.
using Search = std::vector<std::vector<SearchTerm>>;

// A position in a list: after the object with this id, and this text of the property by which the
// list is ordered; of a time, milliseconds since 1970 in decimal.
struct Cursor {
    std::string value;
    std::string id;
};

struct Query {
    std::optional<Filter> filter;
    std::optional<Search> search;
    // By this property, a text without regard to ASCII case or a time, then by id; descending
    // reverses both.
    std::string order_by = "displayName";
    bool descending = false;
    bool by_id = false;  // by id alone: the order reveals no name
    std::optional<Cursor> after;
    std::size_t skip = 0;
    std::size_t top = 100;
    bool count = false;
    bool with_kept = false;  // the objects have their kept properties
};

template <class Object>
struct Page {
    std::vector<Object> objects;
    std::vector<bool> owning;            // of Scope::people_of: whether each owns the group
    bool more = false;                   // more objects follow
    std::optional<std::uint64_t> count;  // of all matches, if Query::count is set
};

}  // namespace cameo::directory
