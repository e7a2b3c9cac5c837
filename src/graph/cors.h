#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/reply.h"
#include "http/request.h"

namespace cameo::graph {

// Which web pages of other origins may read the answers (the Fetch standard's CORS protocol;
// docs/http.md). A page proves itself by its token, never by cookies, so no credentials are
// allowed. Immutable; thread-safe.
class Cors {
  public:
    // `origins` as from cors_origin().
    explicit Cors(const std::vector<std::string>& origins);

    // The answer to the question that a browser asks before a page's request; nullopt where the
    // request is no such question. Needs no token, and every path has the same.
    std::optional<http::Reply> preflight(const http::Request& request) const;

    // The header lines by which the page that made the request may read the answer. Costs one look
    // for Origin.
    http::SharedText fields(const http::Request& request) const;

    // Whether the answers depend on Origin. Those to requests without it say so too: a cache may
    // hold one when the next request comes with it.
    bool vary() const { return !everybody_ && !origins_.empty(); }

  private:
    bool allows(std::string_view origin) const;

    std::vector<std::string> origins_;
    bool everybody_;  // "*"
    bool loopback_;   // "loopback"
};

// An object of `[cors] origins` in the form that browsers send: `https://app.example.org`, lower
// case, without the scheme's own port; or `*`, or `loopback` for pages of this machine. nullopt for
// anything else.
std::optional<std::string> cors_origin(std::string_view text);

}  // namespace cameo::graph
