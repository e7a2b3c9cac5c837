#pragma once

#include <cstdint>
#include <span>

namespace cameo::store::sqlite {

inline constexpr std::int64_t kApplicationId = 0x43414d4f;  // "CAMO"

// Number n, from 0, brings a database from version n to n + 1. A released one is never edited.
std::span<const char* const> migrations();

}  // namespace cameo::store::sqlite
