#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace cameo::app {

struct ServeOptions {
    std::filesystem::path data;
    std::string listen = "127.0.0.1:8080";
    std::optional<std::filesystem::path> config;
    bool demo = false;
    std::filesystem::path
        demo_photos;  // a folder of photographs; drawn portraits where it is missing
};

// `cameo serve`: runs until SIGTERM or SIGINT. Returns the exit code.
int serve(const ServeOptions& options);

}  // namespace cameo::app
