#include "app/command_arguments.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/exit_code.h"

namespace cameo::app {

int complain(const Error& error) {
    fmt::print(stderr, "cameo: {}\n", error.detail);
    return error.fault == Fault::malformed ? kWrongUsage : kFailed;
}

}  // namespace cameo::app
