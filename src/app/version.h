#pragma once

namespace cameo::app {

// Of this program, as CMakeLists.txt has it: "1.2.3".
extern const char* const kVersion;

}  // namespace cameo::app
