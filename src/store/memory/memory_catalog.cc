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

Result<void> MemoryCatalog::check_condition(const OwnerKey& owner,
                                            const photo::WriteCondition& condition) {
    const auto found = photos_.find(owner);
    std::optional<photo::WriteCondition::Version> current;
    if (found != photos_.end()) current = version_of(found->second);
    if (condition.holds(current)) return {};
    return fail(Fault::precondition_failed,
                "The photo is not the one that the request's condition names.");
}

std::int64_t MemoryCatalog::store(const OwnerKey& owner, const photo::Photo& photo,
                                  const photo::Replacement& replacement) {
    const auto found = photos_.find(owner);
    const bool is_there = found != photos_.end();
    const bool is_same_run =
        is_there && !photo.origin.run.empty() && found->second.origin.run == photo.origin.run;
    if (is_there && found->second.blob_key != photo.blob_key)
        displace(owner, photo.modified, replacement);
    if (!is_there) replaced_.erase(owner);
    if (is_there && !is_same_run) replaced_.insert(owner);
    auto& stored = photos_.insert_or_assign(owner, photo).first->second;
    stored.version = add_change(owner, What::photo_put, photo.modified);
    return stored.version;
}

Result<std::int64_t> MemoryCatalog::put(const OwnerKey& owner, const photo::Photo& photo,
                                        const photo::WriteCondition& condition, Deadline deadline,
                                        const photo::Replacement& replacement) {
    if (has_passed(deadline)) return late();
    const auto directory = lock_directory();
    const std::lock_guard lock(mutex_);
    auto fine = check_writable(owner, condition);
    if (fine) fine = check_run(owner.tenant, replacement.run);
    if (fine) fine = check_condition(owner, condition);
    if (!fine) return std::unexpected(std::move(fine.error()));
    return store(owner, photo, replacement);
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
    store(owner, photo, {});
}

void MemoryCatalog::remove_photo(const OwnerKey& owner, Instant when,
                                 const photo::Replacement& replacement) {
    displace(owner, when, replacement);
    photos_.erase(owner);
    replaced_.erase(owner);
    add_change(owner, What::photo_removed, when);
}

Result<bool> MemoryCatalog::remove(const OwnerKey& owner, const photo::WriteCondition& condition,
                                   Instant now, Deadline deadline,
                                   const photo::Replacement& replacement) {
    if (has_passed(deadline)) return late();
    const auto directory = lock_directory();
    const std::lock_guard lock(mutex_);
    auto fine = check_acting_owner(owner, condition);
    if (fine) fine = check_lock(owner, condition);
    if (!fine) return std::unexpected(std::move(fine.error()));
    if (!photos_.contains(owner)) return false;
    if (fine = check_condition(owner, condition); !fine)
        return std::unexpected(std::move(fine.error()));
    remove_photo(owner, now, replacement);
    return true;
}

Result<void> MemoryCatalog::limit_retired(Instant latest, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    for (auto& [key, blob] : retired_) blob.when = std::min(blob.when, latest);
    return {};
}

Result<std::vector<std::string>> MemoryCatalog::retired(Instant before, std::size_t limit,
                                                        Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    std::vector<std::pair<Instant, std::string>> old;
    for (const auto& [key, blob] : retired_)
        if (blob.when < before) old.emplace_back(blob.when, key);
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
    for (const auto& former : formers_of(owner)) retired_[former.photo.blob_key] = {now, owner};
    std::erase_if(former_, [&](const auto& former) { return former.owner == owner; });
    locks_.erase(owner);
    if (photos_.contains(owner)) remove_photo(owner, now, {});
    for (auto& [key, blob] : retired_)
        if (blob.owner == owner) blob.owner = {};
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
        const bool is_former = std::ranges::any_of(
            former_, [&](const auto& former) { return former.photo.blob_key == key; });
        if (!used && !is_former && !retired_.contains(key)) unknown.push_back(key);
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
