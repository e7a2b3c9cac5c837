#pragma once

#include <stop_token>
#include <thread>

namespace cameo::app {

// Ctrl-C and SIGTERM for a command: the first asks for a stop and says so, the second ends the
// process at once. Make it before any other thread, so that all inherit the blocked signals.
class Interrupt {
  public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return stop_.get_token(); }
    bool happened() const { return stop_.stop_requested(); }

  private:
    std::stop_source stop_;
    std::jthread thread_;
};

}  // namespace cameo::app
