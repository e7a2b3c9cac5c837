#include <algorithm>
#include <utility>

#include "store/memory/memory_store.h"

namespace cameo::store::memory {
namespace {

using What = photo::Change::What;

std::unexpected<Error> late() { return fail(Fault::busy, "The catalog did not answer in time."); }

photo::WriteCondition::Version version_of(const photo::Photo& photo) {
    return {photo.etag, photo.blob_key, photo.modified};
}

std::unexpected<Error> condition_failed() {
    return fail(Fault::precondition_failed,
                "The photo is not the one that the request's condition names.");
}

}  // namespace

std::unique_lock<std::mutex> MemoryCatalog::lock_directory() {
    if (directory_ == nullptr) return {};
    return std::unique_lock(directory_->mutex);
}

Result<void> MemoryCatalog::check_acting_owner(const OwnerKey& owner,
                                               const photo::WriteCondition& condition) {
    if (directory_ == nullptr) return {};
    return directory_->check_acting_owner(owner.tenant, owner.id, condition.acting_owner);
}

Result<std::optional<photo::Photo>> MemoryCatalog::find(const OwnerKey& owner, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    const auto found = photos_.find(owner);
    if (found == photos_.end()) return std::nullopt;
    return found->second;
}

Result<void> MemoryCatalog::check_owner(const OwnerKey& owner) {
    if (directory_ == nullptr || directory_->has_owner(owner)) return {};
    return fail(Fault::no_owner, "");
}

std::int64_t MemoryCatalog::add_change(const OwnerKey& owner, photo::Change::What what,
                                       Instant at) {
    changes_.push_back({.seq = ++last_seq_, .owner = owner, .what = what, .at = at});
    if (what == What::photo_put || what == What::photo_removed) photos_changed_[owner] = at;
    if (what == What::owner_removed) photos_changed_.erase(owner);
    return last_seq_;
}

void MemoryCatalog::store(const OwnerKey& owner, const photo::Photo& photo) {
    const auto found = photos_.find(owner);
    if (found != photos_.end() && found->second.blob_key != photo.blob_key)
        retired_[found->second.blob_key] = photo.modified;
    auto& stored = photos_.insert_or_assign(owner, photo).first->second;
    stored.version = add_change(owner, What::photo_put, photo.modified);
}

Result<std::int64_t> MemoryCatalog::put(const OwnerKey& owner, const photo::Photo& photo,
                                        const photo::WriteCondition& condition, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const auto directory = lock_directory();
    const std::lock_guard lock(mutex_);
    auto fine = check_acting_owner(owner, condition);
    if (fine) fine = check_owner(owner);
    if (!fine) return std::unexpected(std::move(fine.error()));
    const auto found = photos_.find(owner);
    std::optional<photo::WriteCondition::Version> current;
    if (found != photos_.end()) current = version_of(found->second);
    if (!condition.holds(current)) return condition_failed();
    store(owner, photo);
    return last_seq_;
}

MemoryCatalog::PhotoState MemoryCatalog::photo_state(const OwnerKey& owner) {
    const std::lock_guard lock(mutex_);
    PhotoState state;
    if (const auto found = photos_.find(owner); found != photos_.end()) state.photo = found->second;
    if (const auto found = photos_changed_.find(owner); found != photos_changed_.end())
        state.changed = found->second;
    state.locked = locks_.contains(owner);
    return state;
}

void MemoryCatalog::put_without_owner(const OwnerKey& owner, const photo::Photo& photo) {
    const std::lock_guard lock(mutex_);
    store(owner, photo);
}

Result<bool> MemoryCatalog::remove(const OwnerKey& owner, const photo::WriteCondition& condition,
                                   Instant now, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const auto directory = lock_directory();
    const std::lock_guard lock(mutex_);
    if (auto fine = check_acting_owner(owner, condition); !fine)
        return std::unexpected(std::move(fine.error()));
    const auto found = photos_.find(owner);
    if (found == photos_.end()) return false;
    if (!condition.holds(version_of(found->second))) return condition_failed();
    retired_[found->second.blob_key] = now;
    photos_.erase(found);
    add_change(owner, What::photo_removed, now);
    return true;
}

Result<void> MemoryCatalog::limit_retired(Instant latest, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    for (auto& [key, when] : retired_) when = std::min(when, latest);
    return {};
}

Result<std::vector<std::string>> MemoryCatalog::retired(Instant before, std::size_t limit,
                                                        Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    std::vector<std::pair<Instant, std::string>> old;
    for (const auto& [key, when] : retired_)
        if (when < before) old.emplace_back(when, key);
    std::ranges::sort(old);
    old.resize(std::min(old.size(), limit));
    std::vector<std::string> keys;
    for (auto& [when, key] : old) keys.push_back(std::move(key));
    return keys;
}

Result<void> MemoryCatalog::forget_retired(const std::vector<std::string>& blob_keys,
                                           Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    for (const auto& key : blob_keys) retired_.erase(key);
    return {};
}

Result<std::vector<photo::Catalog::Owned>> MemoryCatalog::list(const std::optional<OwnerKey>& after,
                                                               std::size_t limit,
                                                               Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    std::vector<Owned> page;
    for (auto next = after ? photos_.upper_bound(*after) : photos_.begin();
         next != photos_.end() && page.size() < limit; ++next)
        page.push_back({next->first, next->second});
    return page;
}

void MemoryCatalog::drop(const OwnerKey& owner, Instant now) {
    const std::lock_guard lock(mutex_);
    const auto found = photos_.find(owner);
    if (found == photos_.end()) return;
    retired_[found->second.blob_key] = now;
    photos_.erase(found);
    add_change(owner, What::photo_removed, now);
}

void MemoryCatalog::record_change(const OwnerKey& owner, What what, Instant at) {
    const std::lock_guard lock(mutex_);
    add_change(owner, what, at);
}

Result<std::optional<std::vector<photo::Change>>> MemoryCatalog::changes(std::int64_t after,
                                                                         std::size_t limit,
                                                                         Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    const auto oldest = changes_.empty() ? last_seq_ + 1 : changes_.front().seq;
    if (after < oldest - 1 || after > last_seq_) return std::nullopt;
    std::vector<photo::Change> page;
    for (const auto& change : changes_)
        if (change.seq > after && page.size() < limit) page.push_back(change);
    return page;
}

Result<std::int64_t> MemoryCatalog::last_change(Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    return last_seq_;
}

Result<std::size_t> MemoryCatalog::prune_changes(Instant now, std::size_t limit,
                                                 Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    if (!changes_.empty() && changes_.back().at > now) return std::size_t{0};
    std::size_t pruned = 0;
    const auto is_young = [&](const photo::Change& change) {
        return change.at > now - photo::kChangesKept && change.at <= now;
    };
    for (; pruned < limit && !changes_.empty() && !is_young(changes_.front()); ++pruned)
        changes_.pop_front();
    return pruned;
}

Result<std::vector<std::string>> MemoryCatalog::unknown_blobs(
    const std::vector<std::string>& blob_keys, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    std::vector<std::string> unknown;
    for (const auto& key : blob_keys) {
        const bool used = std::ranges::any_of(
            photos_, [&](const auto& object) { return object.second.blob_key == key; });
        if (!used && !retired_.contains(key)) unknown.push_back(key);
    }
    return unknown;
}

Result<void> MemoryCatalog::add_lease(const std::string& id, Instant ends, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    leases_[id] = ends;
    return {};
}

Result<bool> MemoryCatalog::renew_lease(const std::string& id, Instant ends, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    const auto found = leases_.find(id);
    if (found == leases_.end()) return false;
    found->second = ends;
    return true;
}

Result<void> MemoryCatalog::remove_lease(const std::string& id, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    leases_.erase(id);
    return {};
}

Result<void> MemoryCatalog::limit_leases(Instant latest, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    for (auto& [id, end] : leases_) end = std::min(end, latest);
    return {};
}

Result<std::size_t> MemoryCatalog::remove_ended_leases(Instant now, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    std::erase_if(leases_, [&](const auto& lease) { return lease.second <= now; });
    return leases_.size();
}

}  // namespace cameo::store::memory
