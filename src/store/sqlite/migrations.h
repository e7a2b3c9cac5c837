#pragma once

#include <span>

namespace cameo::store::sqlite {

// Number n, from 0, brings a database from version n to n + 1. A released one is never edited.
std::span<const char* const> migrations();

}  // namespace cameo::store::sqlite
