#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/handler.h"
#include "http/reply.h"
#include "http/request.h"

// The web page for people and administrators: docs/web.md; its replies: docs/http.md, "The web
// page".
namespace cameo::server {

// A file of the page, embedded by the build (cmake/embed_web.cmake).
struct WebFile {
    std::string_view path;  // as in a URL: `/` for index.html, `/assets/main-1A2B3C4D.js`
    std::string_view content_type;
    std::string_view etag;  // without quotes
    std::string_view bytes;
};

// All of them; one has the path `/`.
std::span<const WebFile> web_files();

// The files with their header fields and, where that is smaller, their gzip form. Immutable after
// the construction, thread-safe; replies borrow from it.
class WebPage {
  public:
    // `issuer`: the URL of the identity provider, which the page may connect to; empty for none.
    // `files` is borrowed.
    WebPage(std::span<const WebFile> files, std::string_view issuer);

    // The reply to a request of a path of the page: 200, 304, 404 for an unknown path below
    // /assets, 405. nullopt for any other path. Never blocks.
    std::optional<http::Reply> reply(const http::Request& request) const;

  private:
    struct Form {
        std::string fields;  // of 200 and 304
        std::string_view bytes;
    };
    struct Entry {
        WebFile file;
        std::string gzip;  // empty where gzip is not smaller
        std::string plain_fields;
        std::string gzip_fields;
    };
    Form form_of(const Entry& entry, const http::Request& request) const;

    std::vector<Entry> entries_;
};

// The handler of a listener: the page, or a text in its place, and the API for everything else.
// Thread-safe. Borrows both.
class WebHandler final : public http::Handler {
  public:
    // `page` is null where this listener does not serve it.
    WebHandler(const WebPage* page, http::Handler& api) : page_(page), api_(api) {}

    http::StartResult start(const http::Request& request) override;
    http::Reply error_reply(const http::ProtocolError& error,
                            const http::Request& request) override {
        return api_.error_reply(error, request);
    }
    void finished(const http::FinishedRequest& request) override { api_.finished(request); }

  private:
    const WebPage* page_;
    http::Handler& api_;
};

// `https://login.example.org` of a URL with any path.
std::string_view origin_of_url(std::string_view url);

}  // namespace cameo::server
