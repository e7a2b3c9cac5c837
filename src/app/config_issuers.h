#pragma once

#include "app/config.h"
#include "app/config_tables.h"

namespace cameo::app {

// `[[issuer]]`: docs/identity.md.
TableArray<Config> issuer_tables();

}  // namespace cameo::app
