#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/reply.h"
#include "http/request.h"

namespace cameo::graph {

// Which web pages of other origins may read replies (the CORS protocol of the Fetch standard;
// docs/http.md). A page authenticates with its token, never with cookies, so credentials are not
// allowed. Immutable; thread-safe.
class Cors {
  public:
    // `origins` as from cors_origin().
    explicit Cors(const std::vector<std::string>& origins);

    // The reply to a preflight request; nullopt for any other request. Needs no token and is the
    // same for every path.
    std::optional<http::Reply> preflight(const http::Request& request) const;

    // The CORS header lines of the reply to this request. Costs one lookup of Origin.
    http::SharedText fields(const http::Request& request) const;

    // Adds both to a reply of whatever status.
    void apply(const http::Request& request, http::Reply& reply) const {
        reply.more_fields = fields(request);
        reply.vary.origin = vary();
    }

    // Whether replies vary by Origin. Replies to requests without Origin say so too, since a cache
    // may use one for a later request that has it.
    bool vary() const { return !everybody_ && !origins_.empty(); }

  private:
    bool allows(std::string_view origin) const;

    std::vector<std::string> origins_;
    bool everybody_;  // "*"
    bool loopback_;   // "loopback"
};

// An entry of `[cors] origins` in the form that browsers send: `https://app.example.org`, lower
// case, without the default port of the scheme; or `*`, or `loopback` for pages of this machine.
// nullopt for anything else.
std::optional<std::string> cors_origin(std::string_view text);

}  // namespace cameo::graph
