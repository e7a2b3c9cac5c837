#pragma once

#include <filesystem>
#include <string>

#include "base/owner.h"
#include "base/result.h"

namespace cameo::app {

// What import and export have in common.
struct CommandArguments {
    std::filesystem::path data;
    std::filesystem::path config;  // empty: the defaults
    std::string tenant;            // name or id; empty for the only one
    OwnerKind of = OwnerKind::user;
};

// `people` or `groups`.
inline const char* plural_of(OwnerKind kind) {
    return kind == OwnerKind::group ? "groups" : "people";
}

// Prints `cameo: ...` on standard error and gives the exit code: wrong usage for Fault::malformed,
// else failed.
int complain(const Error& error);

}  // namespace cameo::app
