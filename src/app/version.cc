#include "app/version.h"

namespace cameo::app {

const char* const kVersion = CAMEO_VERSION;

}  // namespace cameo::app
