#include "graph/photo_write.h"

#include "graph/conditional.h"
#include "graph/request_body.h"

namespace cameo::graph {
namespace {

std::unexpected<Error> on_the_work_lane() { return fail(Fault::not_in_memory, ""); }

// No body, and so no content type: SDKs try to parse what is announced as JSON. No ETag either:
// what is stored is not what was sent (RFC 9110 section 8.8).
http::Reply done() { return {.status = 200, .fields = "Cache-Control: no-store\r\n"}; }

}  // namespace

Result<http::Reply> put_photo(const Call& call, photo::Photos& photos) {
    const auto user = reach_user(call, access::Subject::user_photo, access::Operation::write);
    if (!user) return std::unexpected(user.error());
    if (call.lookups.lane() == Lane::quick) return on_the_work_lane();
    const auto upload = read_body(call.request, call.settings.upload_bytes);
    if (!upload) return std::unexpected(upload.error());
    if (upload->empty())
        return fail(Fault::malformed, "The request has no body; send the picture's bytes.");
    const auto put = photos.put(owner_key(**user), (*user)->photo_storage, as_bytes(*upload),
                                write_condition(call.request), "api", call.lookups.deadline());
    if (!put) return std::unexpected(put.error());
    return done();
}

Result<http::Reply> delete_photo(const Call& call, photo::Photos& photos) {
    const auto user = reach_user(call, access::Subject::user_photo, access::Operation::write);
    if (!user) return std::unexpected(user.error());
    if (call.lookups.lane() == Lane::quick) return on_the_work_lane();
    const auto removed =
        photos.remove(owner_key(**user), write_condition(call.request), call.lookups.deadline());
    if (!removed) return std::unexpected(removed.error());
    return done();
}

}  // namespace cameo::graph
