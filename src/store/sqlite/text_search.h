#pragma once

#include <string>

#include "directory/query.h"

struct sqlite3;

namespace cameo::store::sqlite {

// The search as an expression of FTS5's MATCH, for one bound parameter; empty if it cannot
// match. Words are quoted, so none of them is an operator. For User and Group.
template <class Object>
std::string match_text(const directory::Search& search);

// $search without an index: the SQL function has_words compares one row with a search, so the cost
// of a search of a mailbox depends on the mailbox alone. Words are those of FTS5's tokenizer, as of
// the indexed kinds, so both find the same.

// Adds `has_words(search, text...)` to the connection: 1 if the texts of a row, in the order of
// the kind's searched properties, match the output of words_text. Fails if the library
// lacks FTS5.
void add_has_words(sqlite3* database);

// The search in the form for has_words: a line for each term, `column word word...`, with the
// column's position from 0 or -1 for any, and an empty line between alternatives. Empty if it
// cannot match.
template <class Object>
std::string words_text(const directory::Search& search);

}  // namespace cameo::store::sqlite
