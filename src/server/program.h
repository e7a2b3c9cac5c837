#pragma once

// The exit codes of the program.
namespace cameo::server {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;
inline constexpr int kInterrupted = 130;  // by Ctrl-C or SIGTERM, in good order

// Of this program, as CMakeLists.txt has it: "1.2.3".
extern const char* const kVersion;

}  // namespace cameo::server
