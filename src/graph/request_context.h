#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/principal.h"
#include "access/sign_in.h"
#include "base/clock.h"
#include "base/owner.h"
#include "base/result.h"
#include "base/wait.h"
#include "directory/directory.h"
#include "graph/routes.h"
#include "graph/settings.h"
#include "graph/target.h"
#include "http/request.h"
#include "photo/photos.h"

namespace cameo::graph {

class Service;

using UserPtr = std::shared_ptr<const directory::User>;
using GroupPtr = std::shared_ptr<const directory::Group>;
using ContactPtr = std::shared_ptr<const directory::Contact>;
using FolderPtr = std::shared_ptr<const directory::ContactFolder>;

// The objects that the path names, as far as its route needs them.
struct FoundResource {
    UserPtr user;  // the user, or the owner of the mailbox
    GroupPtr group;
    ContactPtr contact;
    FolderPtr folder;  // null for the default folder, which is not stored
    std::string folder_id;
    OwnerKey photo_owner;
    // The caller, if they may write the group only as its owner: the store checks the ownership
    // again in the transaction of the write.
    ActingOwner acting_owner;
    std::optional<access::SignIn::Grant> sign_in;  // of the code in the body
};

// The steps of a request, in this order (docs/http.md, "Order of evaluation"). Each is done once.
enum class Step : std::uint8_t { authenticate, find_caller, authorize, find_resource, handle };

// One request: its route, the caller, the objects that the path names, and the dependencies of a
// handler. Created on the I/O thread; moves to a worker with all results so far if memory does not
// suffice.
struct RequestContext {
    const http::Request& request;
    Target target;
    RouteMatch route;
    const Endpoint& endpoint;
    const Settings& settings;
    directory::Directory& directory;
    photo::Photos& photos;
    const Clock& clock;
    Service& service;                   // for requests that contain other requests
    access::SignIn* sign_in = nullptr;  // null where the built-in issuer is switched off

    Wait wait = Wait::memory_only();
    Step step = Step::authenticate;
    std::shared_ptr<const access::Principal> principal = nullptr;
    UserPtr self = nullptr;    // the signed-in user; null for an app
    bool reaches_all = false;  // the permissions cover more than the caller's own
    FoundResource found = {};

    // When the reply is due. REQUIRES: runs on a worker.
    Deadline deadline() const { return wait.deadline(); }
    // `http://host`: the origin of links in the reply.
    std::string origin() const;
    // `{origin}/v1.0`.
    std::string base_url() const;
    // The URL of the request without the query options `without`, followed by `option` unless that
    // is empty: a link to another part of a list.
    std::string link(std::initializer_list<std::string_view> without,
                     std::string_view option) const;
};

// The value of a field that a request may have once. nullopt where it is absent; Fault::malformed
// where it occurs more than once.
Result<std::optional<std::string_view>> single_field(const http::Request& request,
                                                     std::string_view name);

// A body without its content coding. A body that had none refers to the bytes of the request, which
// must outlive it: an upload is not copied.
class RequestBody {
  public:
    explicit RequestBody(std::string_view sent) : sent_(sent) {}
    explicit RequestBody(std::string inflated) : inflated_(std::move(inflated)) {}

    std::string_view view() const { return inflated_ ? *inflated_ : sent_; }

  private:
    std::string_view sent_;
    std::optional<std::string> inflated_;
};

// Faults: too_large over `limit` bytes (sent or inflated), unsupported_format for a coding other
// than gzip, malformed for damaged gzip.
Result<RequestBody> read_body(const http::Request& request, std::size_t limit);

}  // namespace cameo::graph
