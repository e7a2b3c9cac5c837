#pragma once

#include <string>

#include "directory/query.h"

namespace cameo::store::sqlite {

// The search in the language of FTS5's MATCH, to be bound as one parameter; empty where it can find
// nothing. Words are quoted, so that none of them is an operator there. For User and Group.
template <class Object>
std::string match_text(const directory::Search& search);

}  // namespace cameo::store::sqlite
