#pragma once

#include <memory>

#include "access/issuer_keys.h"
#include "access/issuer_settings.h"

namespace cameo::access {

// Whose tokens are believed, and what they mean.
struct Issuer {
    IssuerSettings settings;
    std::unique_ptr<IssuerKeys> keys;  // never null
};

}  // namespace cameo::access
