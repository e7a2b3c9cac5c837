#include "transfer/photo_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/ids.h"
#include "photo/sweep.h"
#include "transfer/owner_index.h"

namespace cameo::transfer {
namespace {

constexpr std::chrono::seconds kStoreTime{30};
// An upload may wait for others before it, and for the start of a worker.
constexpr std::chrono::seconds kUploadTime{60};

// A third of the lease: two renewals may fail before it ends.
constexpr std::chrono::milliseconds kRenewalInterval = photo::kLeaseTime / 3;
constexpr std::chrono::milliseconds kRetryInterval{500};  // while a server restarts

}  // namespace

Result<photo::Photos::Put> LocalPhotoService::put(const PutRequest& request, ByteView upload) {
    const auto owner = find_label(ports_.directory, request.owner, deadline_in(kStoreTime));
    if (!owner) return std::unexpected(owner.error());
    if (!*owner)
        return fail(Fault::no_owner, fmt::format("There is no {}.", describe(request.owner)));
    return ports_.photos.put(request.owner,
                             {.bytes = upload,
                              .storage = request.storage,
                              .crop = request.crop,
                              .origin = {.source = request.source}},
                             {.blob_key = request.replaces}, deadline_in(kUploadTime));
}

Result<void> LocalPhotoService::remove(const OwnerKey& owner, const std::string& blob_key) {
    return ports_.photos.remove(owner, {.blob_key = blob_key}, deadline_in(kStoreTime));
}

Result<void> LocalPhotoService::keep_blob(const std::string& key) {
    if (auto back = ports_.blobs.bring_back(key, deadline_in(kStoreTime)); !back) return back;
    return ports_.catalog.forget_retired({key}, deadline_in(kStoreTime));
}

Result<photo::Swept> LocalPhotoService::remove_orphan_blobs() {
    auto swept = photo::sweep_orphans(ports_.catalog, ports_.blobs, ports_.gc_lock,
                                      photo::kOrphanGrace, stop_.get_token());
    if (!swept || swept->is_complete) return swept;
    if (stop_.stop_requested()) return fail(Fault::busy, "The server is about to end.");
    return fail(Fault::busy, "A backup or another check is under way; try again after it.");
}

Result<std::unique_ptr<GcLease>> GcLease::take(PhotoService& service) {
    auto id = random_hex128_lower();
    if (auto taken = service.take_lease(id); !taken) {
        (void)service.end_lease(id);  // it may exist although the answer was lost
        return std::unexpected(std::move(taken.error()));
    }
    return std::make_unique<GcLease>(service, std::move(id), kRenewalInterval);
}

GcLease::GcLease(PhotoService& service, std::string id, std::chrono::milliseconds renewal_interval)
    : service_(service),
      id_(std::move(id)),
      renewal_interval_(renewal_interval),
      thread_([this](const std::stop_token& stop) { renew_until(stop); }) {}

GcLease::~GcLease() {
    thread_.request_stop();
    thread_.join();
    (void)service_.end_lease(id_);  // if this fails, the lease expires
}

Result<void> GcLease::confirm() {
    auto renewed = service_.renew_lease(id_);
    if (!renewed && renewed.error().fault == Fault::conflict) is_lost_ = true;
    return renewed;
}

void GcLease::renew_until(const std::stop_token& stop) {
    auto interval = renewal_interval_;
    std::unique_lock lock(mutex_);
    while (!is_lost_) {
        ended_.wait_for(lock, stop, interval, [] { return false; });
        if (stop.stop_requested()) return;
        interval = confirm() ? renewal_interval_ : std::min(kRetryInterval, renewal_interval_);
    }
}

}  // namespace cameo::transfer
