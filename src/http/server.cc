#include "http/server.h"

#include <pthread.h>

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "http/certificate_watch.h"
#include "http/listener.h"
#include "http/loop.h"

namespace cameo::http {
namespace {

class LoopServer final : public Server {
  public:
    explicit LoopServer(ServerSettings settings)
        : settings_(std::move(settings)), shared_(settings_) {}

    Result<void> bind(Handler& handler) {
        const auto cores = std::max(1U, std::thread::hardware_concurrency());
        const auto threads = settings_.threads > 0 ? settings_.threads : cores;
        for (std::size_t i = 0; i < threads; ++i)
            loops_.push_back(std::make_unique<Loop>(settings_, handler, shared_));
        if (settings_.plain) {
            auto port = bind_all(settings_.host, settings_.port, nullptr);
            if (!port) return std::unexpected(std::move(port.error()));
            port_ = *port;
        }
        return settings_.tls ? bind_tls(*settings_.tls) : Result<void>();
    }

    std::uint16_t port() const override { return port_; }
    std::uint16_t tls_port() const override { return tls_port_; }

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
    Result<void> bind_tls(const TlsSettings& tls) {
        auto certificate = CertificateWatch::start(tls);
        if (!certificate) return std::unexpected(std::move(certificate.error()));
        certificate_ = std::move(*certificate);
        auto port = bind_all(tls.host, tls.port, certificate_.get());
        if (!port) return std::unexpected(std::move(port.error()));
        tls_port_ = *port;
        return {};
    }

    // Every loop listens at the same port. The port, which is new where 0 was asked for.
    Result<std::uint16_t> bind_all(const std::string& host, std::uint16_t port,
                                   const CertificateWatch* certificate) {
        auto endpoint = resolve(host, port);
        if (!endpoint) return std::unexpected(endpoint.error());
        if (const auto free = ensure_free(*endpoint); !free) return std::unexpected(free.error());
        for (const auto& loop : loops_) {
            endpoint = loop->listen(*endpoint, certificate);
            if (!endpoint) return std::unexpected(endpoint.error());
        }
        return endpoint->port();
    }

    ServerSettings settings_;
    Loop::Shared shared_;
    std::unique_ptr<CertificateWatch> certificate_;  // null without TLS
    std::vector<std::unique_ptr<Loop>> loops_;
    std::uint16_t port_ = 0;
    std::uint16_t tls_port_ = 0;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(const ServerSettings& settings, Handler& handler) {
    auto server = std::make_unique<LoopServer>(settings);
    if (const auto bound = server->bind(handler); !bound) return std::unexpected(bound.error());
    return server;
}

}  // namespace cameo::http
