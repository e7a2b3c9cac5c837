#include <csignal>
#include <cstdio>
#include <exception>

#include "commands/command_line.h"
#include "server/program.h"

int main(int argc, char** argv) {
    // If a supervisor ignores SIGCHLD, the kernel would reap image workers by itself.
    (void)std::signal(SIGCHLD, SIG_DFL);
    try {
        return cameo::commands::run_command_line(argc, argv);
    } catch (const std::exception& error) {
        (void)std::fprintf(stderr, "cameo: %s\n", error.what());
        return cameo::server::kFailed;
    }
}
