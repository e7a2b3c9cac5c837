#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "transfer/photo_desk.h"

namespace cameo::control {

// Lets the commands of this machine change photos through the running server: listens on the
// control socket, a thread for each connection, and does at the desk what it is asked. Only for
// processes of the same user and of root. Ends, when it is destroyed, after the requests under way,
// and removes the socket.
class Server {
  public:
    struct Settings {
        std::filesystem::path data;                 // the folder, which this process owns
        std::string program;                        // version, for the greeting
        std::size_t connections = 32;               // at once; one more is closed unheard
        std::function<void(std::string_view)> log;  // a line for the operator; any thread
    };

    // The desk is borrowed. Fault::internal where the socket cannot be made.
    static Result<std::unique_ptr<Server>> start(Settings settings, transfer::PhotoDesk& desk);

    Server() = default;
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    virtual ~Server() = default;
};

}  // namespace cameo::control
