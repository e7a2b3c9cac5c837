#pragma once

#include <string>

#include "directory/query.h"

struct sqlite3;

namespace cameo::store::sqlite {

// The search as an expression of FTS5's MATCH, to be bound as one parameter; empty where it cannot
// find anything. Words are quoted, so none of them is an operator. For User and Group.
template <class Object>
std::string match_text(const directory::Search& search);

// $search without an index: the SQL function has_words compares one row with a search, so the cost
// of a search of a mailbox depends on the mailbox alone. Words are those of FTS5's tokenizer, as of
// the indexed kinds, so both find the same.

// Gives the connection `has_words(search, text...)`: 1 where the texts of a row, in the order of
// the kind's searched properties, match the text that words_text made. It fails where the library
// lacks FTS5.
void add_has_words(sqlite3* database);

// The search as has_words reads it: a line for each term, `column word word...`, the column's place
// from 0 or -1 for any, and an empty line between alternatives. Empty where it can find nothing.
template <class Object>
std::string words_text(const directory::Search& search);

}  // namespace cameo::store::sqlite
