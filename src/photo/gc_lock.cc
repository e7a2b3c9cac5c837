#include "photo/gc_lock.h"

namespace cameo::photo {
namespace {

constexpr std::chrono::seconds kStoreTime{10};

}  // namespace

GcLock::Hold GcLock::hold() {
    const std::lock_guard lock(mutex_);
    ++holds_;
    return {this, ""};
}

Result<GcLock::Hold> GcLock::hold(const SweepLease& lease) {
    if (catalog_ == nullptr || lease.id.empty()) return hold();
    const std::lock_guard lock(mutex_);
    // First, since from then on a lease without an end is one of this process.
    if (auto limited = limit_earlier_leases(); !limited)
        return std::unexpected(std::move(limited.error()));
    if (lease.again) {
        const auto renewed = catalog_->renew_lease(lease.id, deadline_in(kStoreTime));
        if (!renewed) return std::unexpected(renewed.error());
        if (!*renewed)
            return fail(Fault::conflict,
                        "The server was restarted, and may have deleted blobs "
                        "since. Run the command again.");
    } else if (auto added = catalog_->add_lease(lease.id, deadline_in(kStoreTime)); !added) {
        return std::unexpected(std::move(added.error()));
    }
    ++holds_;
    return Hold(this, lease.id);
}

bool GcLock::is_held() {
    const std::lock_guard lock(mutex_);
    return is_held_now();
}

bool GcLock::is_held_now() {
    if (holds_ > 0) return true;
    if (catalog_ == nullptr || !may_be_earlier_) return false;
    if (!limit_earlier_leases()) return true;
    const auto ending = catalog_->ending_leases(clock_->now(), deadline_in(kStoreTime));
    if (!ending) return true;
    may_be_earlier_ = *ending > 0;
    return may_be_earlier_;
}

Result<void> GcLock::limit_earlier_leases() {
    if (are_limited_) return {};
    auto limited = catalog_->end_leases(clock_->now() + kLeaseTime, deadline_in(kStoreTime));
    are_limited_ = limited.has_value();
    return limited;
}

void GcLock::release(const std::string& lease) {
    const std::lock_guard lock(mutex_);
    --holds_;
    // One that stays costs the next process a minute without a sweep.
    if (!lease.empty()) (void)catalog_->remove_lease(lease, deadline_in(kStoreTime));
}

}  // namespace cameo::photo
