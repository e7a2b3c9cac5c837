#include "http/server.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "http/listener.h"
#include "http/loop.h"

namespace cameo::http {
namespace {

class LoopServer final : public Server {
  public:
    explicit LoopServer(ServerSettings settings) : settings_(std::move(settings)) {}

    Result<void> bind(Handler& handler) {
        auto endpoint = resolve(settings_.host, settings_.port);
        if (!endpoint) return std::unexpected(endpoint.error());
        if (const auto free = ensure_free(*endpoint); !free) return free;
        const auto cores = std::max(1U, std::thread::hardware_concurrency());
        const auto threads = settings_.threads > 0 ? settings_.threads : cores;
        for (std::size_t i = 0; i < threads; ++i) {
            loops_.push_back(std::make_unique<Loop>(settings_, handler, open_));
            endpoint = loops_.back()->listen(*endpoint);
            if (!endpoint) return std::unexpected(endpoint.error());
        }
        port_ = endpoint->port();
        return {};
    }

    std::uint16_t port() const override { return port_; }

    void run() override {
        std::vector<std::jthread> threads;
        for (const auto& loop : loops_) {
            threads.emplace_back([&loop] { loop->run(); });
            pthread_setname_np(threads.back().native_handle(), "http");
        }
    }

    void stop() override {
        for (const auto& loop : loops_) loop->stop();
    }

  private:
    ServerSettings settings_;
    std::atomic<std::size_t> open_ = 0;  // connections of all loops
    std::vector<std::unique_ptr<Loop>> loops_;
    std::uint16_t port_ = 0;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(const ServerSettings& settings, Handler& handler) {
    auto server = std::make_unique<LoopServer>(settings);
    if (const auto bound = server->bind(handler); !bound) return std::unexpected(bound.error());
    return server;
}

}  // namespace cameo::http
