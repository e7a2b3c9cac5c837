#pragma once

#include <string_view>

#include "base/result.h"
#include "directory/property.h"
#include "directory/query.h"

namespace cameo::graph {

// Whether $search may look into the property of that name.
using SearchedNames = bool (*)(std::string_view name);

template <class Object>
bool is_searched(std::string_view name) {
    const auto* property = directory::find_property<Object>(name);
    return property != nullptr && property->searched;
}

// The value of $search: terms joined by AND and OR, AND binding stronger. A term is
// `"displayName:ada"`, `"ada lovelace"`, or one word without quotes. Fault::malformed with what is
// wrong; for more than 10 words in all; for a word of more than 128 bytes; for a term
// without a letter or digit.
Result<directory::Search> parse_search(std::string_view text, SearchedNames names);

}  // namespace cameo::graph
