#pragma once

#include <memory>
#include <optional>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own
class App;
}

namespace cameo::app {

// The commands that bring photos in and out and look after the data: import, export, fsck, backup,
// restore. Adds them to the program, whose parser then fills their arguments in.
class TransferCommands {
  public:
    explicit TransferCommands(CLI::App& program);
    ~TransferCommands();
    TransferCommands(const TransferCommands&) = delete;
    TransferCommands& operator=(const TransferCommands&) = delete;

    // Runs the one that was asked for and gives its exit code; nullopt where none was.
    std::optional<int> run() const;

  private:
    struct Commands;
    std::unique_ptr<Commands> commands_;
};

}  // namespace cameo::app
