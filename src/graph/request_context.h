#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/principal.h"
#include "base/clock.h"
#include "base/result.h"
#include "directory/directory.h"
#include "directory/objects.h"
#include "graph/lookups.h"
#include "graph/routes.h"
#include "graph/settings.h"
#include "graph/target.h"
#include "http/request.h"
#include "photo/photos.h"

namespace cameo::graph {

class Service;

// One request on its way through a resource: who asks for what, and what may be asked to answer it.
// All members outlive the call.
struct RequestContext {
    const http::Request& request;
    const Target& target;
    const RouteMatch& route;
    const access::Principal& principal;
    const directory::User* self;  // the signed-in user; null for an app
    const Lookups& lookups;
    const Settings& settings;
    // For the work lane: writes, and reads that no memory answers.
    directory::Directory& directory;
    photo::Photos& photos;
    const Clock& clock;
    Service& service;  // for requests that hold others

    // `http://host`: where links of the answer begin.
    std::string origin() const;
    // `{origin}/v1.0`.
    std::string base_url() const;
    // Fault::not_in_memory on the quick lane: the rest of the answer needs the work lane.
    Result<void> on_the_work_lane() const;
};

// A body without its content coding. Refers to the request's bytes, which must outlive it, where
// they have no coding, so that an upload is not copied.
class RequestBody {
  public:
    explicit RequestBody(std::string_view sent) : sent_(sent) {}
    explicit RequestBody(std::string inflated) : inflated_(std::move(inflated)) {}

    std::string_view view() const { return inflated_ ? *inflated_ : sent_; }

  private:
    std::string_view sent_;
    std::optional<std::string> inflated_;
};

// Faults: too_large over `limit` bytes (sent or inflated),
// unsupported_format for another coding than gzip, malformed for damaged gzip.
Result<RequestBody> read_body(const http::Request& request, std::size_t limit);

}  // namespace cameo::graph
