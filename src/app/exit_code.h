#pragma once

// What the program's exit codes mean.
namespace cameo::app {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;
inline constexpr int kInterrupted = 130;  // by Ctrl-C or SIGTERM, in good order

}  // namespace cameo::app
