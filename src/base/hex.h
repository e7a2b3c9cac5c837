#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace cameo {

// 0 to 15; -1 for a character that is no hex digit. Takes both cases.
int hex_value(char digit);

enum class HexCase { lower, upper };

std::string to_hex(ByteView bytes, HexCase letters = HexCase::lower);

// nullopt where the length is odd or a character is no hex digit. Takes both cases.
std::optional<Bytes> from_hex(std::string_view text);

}  // namespace cameo
