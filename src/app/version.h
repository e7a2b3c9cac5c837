#pragma once

#ifndef CAMEO_VERSION
#error "the build gives CAMEO_VERSION"
#endif

namespace cameo::app {

inline constexpr const char* kVersion = CAMEO_VERSION;

}  // namespace cameo::app
