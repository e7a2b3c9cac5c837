#include "graph/photo_write.h"

#include "graph/conditional.h"
#include "graph/reach.h"
#include "graph/request_body.h"

namespace cameo::graph {
namespace {

// No body, and so no content type: SDKs try to parse what is announced as JSON. No ETag either:
// what is stored is not what was sent (RFC 9110 section 8.8).
http::Reply done(int status) { return {.status = status, .fields = "Cache-Control: no-store\r\n"}; }

// An owner that was removed while its upload was decoded: the photo must not stay behind.
Result<void> check_still_there(const Call& call, const OwnerKey& owner) {
    const auto there = call.directory.exists(owner, call.lookups.deadline());
    if (!there) return std::unexpected(there.error());
    if (*there) return {};
    (void)call.photos.remove(owner, {}, call.lookups.deadline());
    return std::unexpected(nobody(owner.id));
}

photo::WriteCondition condition_of(const Call& call, const PhotoOwner& owner) {
    auto condition = write_condition(call.request);
    condition.acting_owner = owner.acting_owner;
    return condition;
}

Result<http::Reply> write(const Call& call, int status) {
    const auto owner = reach_photo_owner(call, access::Operation::write);
    if (!owner) return std::unexpected(owner.error());
    if (auto work = call.on_the_work_lane(); !work) return std::unexpected(work.error());
    const auto upload = read_body(call.request, call.settings.upload_bytes);
    if (!upload) return std::unexpected(upload.error());
    if (upload->empty())
        return fail(Fault::malformed, "The request has no body; send the picture's bytes.");
    const auto put = call.photos.put(owner->key, owner->storage, as_bytes(*upload),
                                     condition_of(call, *owner), "api", call.lookups.deadline());
    if (!put) return std::unexpected(put.error());
    if (auto there = check_still_there(call, owner->key); !there)
        return std::unexpected(there.error());
    return done(status);
}

}  // namespace

Result<http::Reply> put_photo(const Call& call) { return write(call, 200); }

Result<http::Reply> put_team_photo(const Call& call) { return write(call, 204); }

Result<http::Reply> delete_photo(const Call& call) {
    const auto owner = reach_photo_owner(call, access::Operation::write);
    if (!owner) return std::unexpected(owner.error());
    if (auto work = call.on_the_work_lane(); !work) return std::unexpected(work.error());
    const auto removed =
        call.photos.remove(owner->key, condition_of(call, *owner), call.lookups.deadline());
    if (!removed) return std::unexpected(removed.error());
    return done(200);
}

}  // namespace cameo::graph
