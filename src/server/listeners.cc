#include "server/listeners.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "server/listening.h"

namespace cameo::server {
namespace {

// A quarter of what the server has: few people use the page at once, and programs use the API.
std::size_t page_share(std::size_t all) { return std::max<std::size_t>(1, all / 4); }
std::size_t api_share(std::size_t all) {
    return std::max<std::size_t>(1, all - std::min(all, page_share(all)));
}

bool has_own_address(const config::Config& config) {
    return config.web.enabled && !config.web.listen.empty();
}

http::ServerSettings api_settings(const config::Config& config) {
    auto settings = config.http;
    if (!has_own_address(config)) return settings;
    settings.max_connections = api_share(settings.max_connections);
    settings.refused_at_once = api_share(settings.refused_at_once);
    return settings;
}

// With TLS where the API has it. The certificate is the same.
http::ServerSettings page_settings(const config::Config& config) {
    auto settings = config.http;
    const auto address = *parse_listen_address(config.web.listen);
    settings.threads = 1;
    settings.max_connections = page_share(settings.max_connections);
    settings.refused_at_once = page_share(settings.refused_at_once);
    settings.plain = !settings.tls;
    auto& host = settings.tls ? settings.tls->host : settings.host;
    auto& port = settings.tls ? settings.tls->port : settings.port;
    host = address.host;
    port = address.port;
    return settings;
}

std::vector<std::string> origins_of(const http::ServerSettings& settings,
                                    const http::Server& server) {
    std::vector<std::string> origins;
    if (settings.plain) origins.push_back(origin_of("http", settings.host, server.port()));
    if (settings.tls) origins.push_back(origin_of("https", settings.tls->host, server.tls_port()));
    return origins;
}

// A browser cannot open the address that means all of this machine's.
std::string openable(std::string origin) {
    for (const auto& [all, one] :
         {std::pair<std::string_view, std::string_view>{"://0.0.0.0:", "://127.0.0.1:"},
          {"://[::]:", "://[::1]:"}})
        if (const auto at = origin.find(all); at != std::string::npos)
            origin.replace(at, all.size(), one);
    return origin;
}

}  // namespace

Listeners::Listeners(const config::Config& config, const WebPage& page, http::Handler& api)
    : api_handler_(config.web.enabled && !has_own_address(config) ? &page : nullptr, api),
      page_handler_(&page, api) {}

Result<std::unique_ptr<Listeners>> Listeners::open(const config::Config& config,
                                                   const WebPage& page, http::Handler& api) {
    std::unique_ptr<Listeners> made(new Listeners(config, page, api));
    const auto settings = api_settings(config);
    auto server = http::Server::listen(settings, made->api_handler_);
    if (!server) return std::unexpected(std::move(server.error()));
    made->api_ = *std::move(server);
    made->origins_ = origins_of(settings, *made->api_);
    if (!config.web.enabled) return made;
    if (!has_own_address(config)) {
        const auto& known = config.graph.public_url;
        made->page_url_ = (known.empty() ? openable(made->origins_.front()) : known) + '/';
        return made;
    }
    const auto own = page_settings(config);
    auto page_server = http::Server::listen(own, made->page_handler_);
    if (!page_server) return std::unexpected(std::move(page_server.error()));
    made->page_ = *std::move(page_server);
    made->page_url_ = openable(origins_of(own, *made->page_).front()) + '/';
    return made;
}

void Listeners::run() {
    std::jthread other;
    if (page_) other = std::jthread([this] { page_->run(); });
    api_->run();
}

void Listeners::stop() {
    api_->stop();
    if (page_) page_->stop();
}

}  // namespace cameo::server
