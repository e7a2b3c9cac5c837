#include "server/program.h"

namespace cameo::server {

const char* const kVersion = CAMEO_VERSION;

}  // namespace cameo::server
