#pragma once

#include "app/config.h"
#include "app/config_tables.h"

namespace cameo::app {

// `[[tenant]]`: docs/configuration.md.
TableArray<Config> tenant_tables();

}  // namespace cameo::app
