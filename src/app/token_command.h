#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cameo::app {

struct TokenOptions {
    std::filesystem::path data;
    std::string tenant;                        // name or id; empty: `default`, or the only one
    std::string user;                          // id or userPrincipalName; empty for an app
    std::string app;                           // empty for a user
    std::string scopes;                        // separated by spaces
    std::string roles;                         // separated by spaces
    std::vector<std::string> directory_roles;  // display names or ids
    std::int64_t ttl_seconds = 3'600;
};

// `cameo token`: prints a token and nothing else. Returns the exit code.
int print_token(const TokenOptions& options);

}  // namespace cameo::app
