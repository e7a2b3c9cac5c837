#include "http/server.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "http/certificate_reloader.h"
#include "http/io_thread.h"
#include "http/listener.h"

namespace cameo::http {
namespace {

class ThreadedServer final : public Server {
  public:
    explicit ThreadedServer(ServerSettings settings)
        : settings_(std::move(settings)), shared_(settings_) {}

    ~ThreadedServer() override {
        if (!settings_.unix_socket.empty()) ::unlink(settings_.unix_socket.c_str());
    }
    ThreadedServer(const ThreadedServer&) = delete;
    ThreadedServer& operator=(const ThreadedServer&) = delete;

    Result<void> bind(Handler& handler) {
        const auto cores = std::max(1U, std::thread::hardware_concurrency());
        const auto threads = settings_.threads > 0 ? settings_.threads : cores;
        for (std::size_t i = 0; i < threads; ++i)
            io_threads_.push_back(std::make_unique<IoThread>(settings_, handler, shared_));
        if (settings_.plain) {
            auto port = bind_all(settings_.host, settings_.port, nullptr);
            if (!port) return std::unexpected(std::move(port.error()));
            port_ = *port;
        }
        if (settings_.tls) {
            if (auto bound = bind_tls(*settings_.tls); !bound) return bound;
        }
        return settings_.unix_socket.empty() ? Result<void>()
                                             : io_threads_.front()->listen_at_unix_socket();
    }

    std::uint16_t port() const override { return port_; }
    std::uint16_t tls_port() const override { return tls_port_; }

    void run() override {
        std::vector<std::jthread> threads;
        for (const auto& io_thread : io_threads_) {
            threads.emplace_back([&io_thread] { io_thread->run(); });
            pthread_setname_np(threads.back().native_handle(), "http");
        }
    }

    void stop() override {
        for (const auto& io_thread : io_threads_) io_thread->stop();
    }

  private:
    Result<void> bind_tls(const TlsSettings& tls) {
        auto certificate = CertificateReloader::start(tls);
        if (!certificate) return std::unexpected(std::move(certificate.error()));
        certificate_ = std::move(*certificate);
        auto port = bind_all(tls.host, tls.port, certificate_.get());
        if (!port) return std::unexpected(std::move(port.error()));
        tls_port_ = *port;
        return {};
    }

    // Every I/O thread listens at the same port. Returns the port, also if 0 was requested.
    Result<std::uint16_t> bind_all(const std::string& host, std::uint16_t port,
                                   const CertificateReloader* certificate) {
        auto endpoint = resolve(host, port);
        if (!endpoint) return std::unexpected(endpoint.error());
        if (const auto free = ensure_free(*endpoint); !free) return std::unexpected(free.error());
        for (const auto& io_thread : io_threads_) {
            endpoint = io_thread->listen(*endpoint, certificate);
            if (!endpoint) return std::unexpected(endpoint.error());
        }
        return endpoint->port();
    }

    ServerSettings settings_;
    IoThread::Shared shared_;
    std::unique_ptr<CertificateReloader> certificate_;  // null without TLS
    std::vector<std::unique_ptr<IoThread>> io_threads_;
    std::uint16_t port_ = 0;
    std::uint16_t tls_port_ = 0;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(const ServerSettings& settings, Handler& handler) {
    auto server = std::make_unique<ThreadedServer>(settings);
    if (const auto bound = server->bind(handler); !bound) return std::unexpected(bound.error());
    return server;
}

}  // namespace cameo::http
