#include "transfer/direct_desk.h"

#include <fmt/format.h>

#include <utility>

#include "base/clock.h"
#include "photo/sweep.h"
#include "transfer/owners.h"

namespace cameo::transfer {
namespace {

constexpr std::chrono::seconds kStoreTime{30};
// A picture may wait for others before it, and for a worker's start.
constexpr std::chrono::seconds kUploadTime{60};

class GateHold final : public PhotoDesk::SweepHold {
  public:
    explicit GateHold(photo::GcLock::Guard hold) : hold_(std::move(hold)) {}

    Result<void> confirm() override { return {}; }  // the sweep is in this process
    void leave() override { hold_.leave(); }

  private:
    photo::GcLock::Guard hold_;
};

}  // namespace

Result<photo::Photos::Put> DirectDesk::put(const Placement& placement, ByteView upload) {
    const auto owner = find_label(ports_.directory, placement.owner, deadline_in(kStoreTime));
    if (!owner) return std::unexpected(owner.error());
    if (!*owner)
        return fail(Fault::no_owner, fmt::format("There is no {}.", describe(placement.owner)));
    return ports_.photos.put(placement.owner, placement.storage, upload,
                             {.blob_key = placement.replaces}, placement.source,
                             deadline_in(kUploadTime));
}

Result<void> DirectDesk::remove(const OwnerKey& owner, const std::string& blob_key) {
    return ports_.photos.remove(owner, {.blob_key = blob_key}, deadline_in(kStoreTime));
}

Result<void> DirectDesk::keep_blob(const std::string& key) {
    if (auto back = ports_.blobs.bring_back(key, deadline_in(kStoreTime)); !back) return back;
    return ports_.catalog.forget_retired({key}, deadline_in(kStoreTime));
}

Result<photo::Swept> DirectDesk::remove_orphan_blobs() {
    auto swept = photo::sweep_orphans(ports_.catalog, ports_.blobs, ports_.gate, photo::kYoungBlob,
                                      stop_.get_token());
    if (!swept || swept->is_complete) return swept;
    if (stop_.stop_requested()) return fail(Fault::busy, "The server is about to end.");
    return fail(Fault::busy, "A backup or another check is under way; try again after it.");
}

Result<std::unique_ptr<PhotoDesk::SweepHold>> DirectDesk::hold_sweep(
    const photo::SweepLease& lease) {
    auto hold = ports_.gate.hold(lease);
    if (!hold) return std::unexpected(std::move(hold.error()));
    return std::make_unique<GateHold>(std::move(*hold));
}

}  // namespace cameo::transfer
