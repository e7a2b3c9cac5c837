#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "app/listening.h"

namespace cameo::app {

struct ServeOptions {
    std::filesystem::path data;
    ListenOptions listen;
    std::optional<std::filesystem::path> config;
    bool no_sandbox = false;
    bool new_catalog = false;  // as NewCatalog
    bool demo = false;
    std::filesystem::path
        demo_photos;  // a folder of photographs; drawn portraits where it is missing
};

// `cameo serve`: runs until SIGTERM or SIGINT. Returns the exit code.
int serve(const ServeOptions& options);

}  // namespace cameo::app
