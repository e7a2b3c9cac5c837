#pragma once

namespace cameo::commands {

// The whole program after main: reads the arguments and runs the command they name. Returns the
// exit code: exit_code.h.
int run_command_line(int argc, char** argv);

}  // namespace cameo::commands
