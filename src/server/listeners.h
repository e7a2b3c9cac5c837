#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "http/handler.h"
#include "http/server.h"
#include "server/web_page.h"

namespace cameo::server {

// The addresses at which the server listens: those of the API, and the web page's own where [web]
// listen has one, which serves the API too (docs/web.md). Without it the page is at the addresses
// of the API. Borrows the page and the handler of the API.
class Listeners {
  public:
    // Binds and listens. Fault::internal, with a sentence for the operator, where that fails.
    // REQUIRES: apply_listen_options and fit_connections.
    static Result<std::unique_ptr<Listeners>> open(const config::Config& config,
                                                   const WebPage& page, http::Handler& api);

    // Those of the API: HTTP before HTTPS.
    const std::vector<std::string>& origins() const { return origins_; }
    // Where people open the web page, as far as the server knows; empty where it is switched off.
    const std::string& page_url() const { return page_url_; }

    // Serves until stop(); returns when both have ended.
    void run();
    // Thread-safe; returns immediately.
    void stop();

  private:
    Listeners(const config::Config& config, const WebPage& page, http::Handler& api);

    WebHandler api_handler_;
    WebHandler page_handler_;
    std::unique_ptr<http::Server> api_;
    std::unique_ptr<http::Server> page_;  // null without an address of its own
    std::vector<std::string> origins_;
    std::string page_url_;
};

}  // namespace cameo::server
