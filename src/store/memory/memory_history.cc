#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "base/ids.h"
#include "store/memory/memory_store.h"

// The functions of photo::History, and what they share with memory_catalog.cc.
namespace cameo::store::memory {
namespace {

using photo::FormerPhoto;
using photo::Run;
using What = photo::Change::What;

// As std::ranges::stable_sort by a time, which libstdc++ 12 implements with a deprecated function.
template <class Item>
void sort_by(std::vector<Item>& items, Instant Item::* time) {
    std::vector<std::pair<Instant, std::size_t>> order;
    for (std::size_t i = 0; i < items.size(); ++i) order.emplace_back(items[i].*time, i);
    std::ranges::sort(order);
    std::vector<Item> sorted;
    for (const auto& [when, at] : order) sorted.push_back(std::move(items[at]));
    items = std::move(sorted);
}

template <class Item>
void limit_to(std::vector<Item>& items, std::size_t limit) {
    if (items.size() > limit)
        items.erase(items.begin() + static_cast<std::ptrdiff_t>(limit), items.end());
}

std::unexpected<Error> late() { return fail(Fault::busy, "The catalog did not answer in time."); }

}  // namespace

Result<void> MemoryCatalog::check_lock(const OwnerKey& owner,
                                       const photo::WriteCondition& condition) {
    if (!condition.unless_locked || !locks_.contains(owner)) return {};
    return fail(Fault::denied, std::string(photo::kLocked));
}

Result<void> MemoryCatalog::check_writable(const OwnerKey& owner,
                                           const photo::WriteCondition& condition) {
    auto fine = check_acting_owner(owner, condition);
    if (fine) fine = check_owner(owner);
    if (fine) fine = check_lock(owner, condition);
    return fine;
}

Result<void> MemoryCatalog::check_run(const std::string& tenant, const std::string& run) {
    if (run.empty()) return {};
    const auto found = std::ranges::find(runs_, run, &Run::id);
    if (found == runs_.end() || found->tenant != tenant)
        return fail(Fault::malformed, std::string(photo::kNoRun));
    if (found->undone) return fail(Fault::malformed, std::string(photo::kRunIsUndone));
    return {};
}

void MemoryCatalog::displace(const OwnerKey& owner, Instant when,
                             const photo::Replacement& replacement) {
    const auto& photo = photos_.at(owner);
    if (!replacement.keeps_former) {
        retired_[photo.blob_key] = {when, owner};
        return;
    }
    FormerPhoto former{.id = random_hex128_lower(),
                       .owner = owner,
                       .photo = photo,
                       .replaced = when,
                       .replaced_by = replacement.by,
                       .replaced_run = replacement.run};
    former.photo.version = 0;
    former_.push_back(std::move(former));
    const auto all = formers_of(owner);
    for (std::size_t i = photo::kMostFormerPhotos; i < all.size(); ++i) {
        retired_[all[i].photo.blob_key] = {when, owner};
        erase_former_row(all[i].id);
    }
}

std::int64_t MemoryCatalog::bring_back(FormerPhoto former, const photo::Origin& origin, Instant now,
                                       const photo::Replacement& replacement) {
    erase_former_row(former.id);
    former.photo.origin = origin;
    former.photo.modified = now;
    const auto version = store(former.owner, former.photo, replacement);
    replaced_.erase(former.owner);
    return version;
}

std::vector<FormerPhoto> MemoryCatalog::formers_of(const OwnerKey& owner) {
    std::vector<FormerPhoto> found;
    for (const auto& former : former_)
        if (former.owner == owner) found.push_back(former);
    sort_by(found, &FormerPhoto::replaced);
    std::ranges::reverse(found);
    return found;
}

const FormerPhoto* MemoryCatalog::find_former_row(const OwnerKey& owner, const std::string& id) {
    const auto found = std::ranges::find(former_, id, &FormerPhoto::id);
    return found == former_.end() || found->owner != owner ? nullptr : &*found;
}

void MemoryCatalog::erase_former_row(const std::string& id) {
    std::erase_if(former_, [&](const auto& former) { return former.id == id; });
}

Run MemoryCatalog::with_photos(Run run) {
    run.photos = static_cast<std::size_t>(std::ranges::count_if(
        photos_, [&](const auto& object) { return object.second.origin.run == run.id; }));
    return run;
}

Result<std::vector<FormerPhoto>> MemoryCatalog::former_photos(const OwnerKey& owner,
                                                              Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    return formers_of(owner);
}

Result<std::optional<FormerPhoto>> MemoryCatalog::find_former(const OwnerKey& owner,
                                                              const std::string& id,
                                                              Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    const auto* found = find_former_row(owner, id);
    if (found == nullptr) return std::nullopt;
    return *found;
}

Result<std::vector<FormerPhoto>> MemoryCatalog::list_former(const std::string& after,
                                                            std::size_t limit, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    std::vector<FormerPhoto> page;
    for (const auto& former : former_)
        if (former.id > after) page.push_back(former);
    std::ranges::sort(page, {}, &FormerPhoto::id);
    limit_to(page, limit);
    return page;
}

Result<std::int64_t> MemoryCatalog::restore(const OwnerKey& owner, const std::string& id,
                                            const photo::Origin& origin, Instant now,
                                            const photo::WriteCondition& condition,
                                            const photo::Replacement& replacement,
                                            Deadline deadline) {
    if (has_passed(deadline)) return late();
    const auto directory = lock_directory();
    const std::lock_guard lock(mutex_);
    auto fine = check_writable(owner, condition);
    if (!fine) return std::unexpected(std::move(fine.error()));
    const auto* former = find_former_row(owner, id);
    if (former == nullptr) return fail(Fault::no_photo, "");
    if (fine = check_condition(owner, condition); !fine)
        return std::unexpected(std::move(fine.error()));
    return bring_back(*former, origin, now, replacement);
}

Result<bool> MemoryCatalog::remove_former(const OwnerKey& owner, const std::string& id,
                                          const photo::WriteCondition& condition, Instant now,
                                          Deadline deadline) {
    if (has_passed(deadline)) return late();
    const auto directory = lock_directory();
    const std::lock_guard lock(mutex_);
    auto fine = check_acting_owner(owner, condition);
    if (fine) fine = check_lock(owner, condition);
    if (!fine) return std::unexpected(std::move(fine.error()));
    const auto* former = find_former_row(owner, id);
    if (former == nullptr) return false;
    retired_[former->photo.blob_key] = {now, owner};
    erase_former_row(id);
    return true;
}

Result<std::size_t> MemoryCatalog::prune_former(Instant before, Instant now, std::size_t limit,
                                                Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    for (auto& former : former_) former.replaced = std::min(former.replaced, now);
    auto old = former_;
    std::erase_if(old, [&](const auto& former) { return former.replaced >= before; });
    sort_by(old, &FormerPhoto::replaced);
    limit_to(old, limit);
    for (const auto& former : old) {
        retired_[former.photo.blob_key] = {now, former.owner};
        erase_former_row(former.id);
    }
    return old.size();
}

Result<photo::Erased> MemoryCatalog::erase(const OwnerKey& owner,
                                           const photo::WriteCondition& condition, Instant now,
                                           Deadline deadline) {
    if (has_passed(deadline)) return late();
    const auto directory = lock_directory();
    const std::lock_guard lock(mutex_);
    if (auto fine = check_writable(owner, condition); !fine)
        return std::unexpected(std::move(fine.error()));
    photo::Erased erased;
    if (const auto found = photos_.find(owner); found != photos_.end()) {
        erased.photos.push_back(found->second);
        remove_photo(owner, now, {});
    }
    for (auto& former : formers_of(owner)) {
        retired_[former.photo.blob_key] = {now, owner};
        erased.photos.push_back(std::move(former.photo));
    }
    std::erase_if(former_, [&](const auto& former) { return former.owner == owner; });
    for (const auto& [key, blob] : retired_)
        if (blob.owner == owner) erased.blob_keys.push_back(key);
    return erased;
}

Result<void> MemoryCatalog::scrub(Deadline deadline) {
    if (has_passed(deadline)) return late();
    return {};
}

Result<void> MemoryCatalog::set_lock(const OwnerKey& owner, bool locked, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const auto directory = lock_directory();
    const std::lock_guard lock(mutex_);
    if (auto fine = check_owner(owner); !fine) return fine;
    if (locked)
        locks_.insert(owner);
    else
        locks_.erase(owner);
    return {};
}

Result<bool> MemoryCatalog::is_locked(const OwnerKey& owner, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    return locks_.contains(owner);
}

Result<void> MemoryCatalog::add_run(const Run& run, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    runs_.push_back(run);
    return {};
}

Result<std::optional<Run>> MemoryCatalog::find_run(const std::string& tenant, const std::string& id,
                                                   Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(runs_, id, &Run::id);
    if (found == runs_.end() || found->tenant != tenant) return std::nullopt;
    return with_photos(*found);
}

Result<std::vector<Run>> MemoryCatalog::runs(const std::string& tenant, std::size_t limit,
                                             Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    std::vector<Run> found;
    for (const auto& run : runs_)
        if (run.tenant == tenant) found.push_back(with_photos(run));
    sort_by(found, &Run::started);
    std::ranges::reverse(found);
    limit_to(found, limit);
    return found;
}

Result<bool> MemoryCatalog::mark_undone(const std::string& tenant, const std::string& id,
                                        Instant now, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(runs_, id, &Run::id);
    if (found == runs_.end() || found->tenant != tenant) return false;
    if (!found->undone) found->undone = now;
    return true;
}

Result<std::vector<photo::RunPhoto>> MemoryCatalog::photos_of_run(
    const Run& run, const std::optional<OwnerKey>& after, std::size_t limit, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    std::vector<photo::RunPhoto> page;
    for (auto next = after ? photos_.upper_bound(*after) : photos_.begin();
         next != photos_.end() && page.size() < limit; ++next) {
        const auto& [owner, photo] = *next;
        if (photo.origin.run != run.id) continue;
        photo::RunPhoto one{
            .owner = owner, .blob_key = photo.blob_key, .replaced = replaced_.contains(owner)};
        for (auto& former : formers_of(owner))
            if (!one.before && former.replaced_run == run.id && former.photo.origin.run != run.id)
                one.before = std::move(former);
        page.push_back(std::move(one));
    }
    return page;
}

Result<photo::Undone> MemoryCatalog::undo(const Run& run, const std::vector<photo::UndoStep>& steps,
                                          const photo::Origin& origin, Instant now,
                                          const photo::Replacement& replacement,
                                          Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    const photo::Replacement by_undo{replacement.keeps_former, replacement.by, run.id};
    photo::Undone undone;
    for (const auto& step : steps) {
        const auto current = photos_.find(step.owner);
        const bool is_of_run = current != photos_.end() && current->second.origin.run == run.id &&
                               current->second.blob_key == step.blob_key;
        const auto* former = find_former_row(step.owner, step.former);
        if (!is_of_run || (!step.former.empty() && former == nullptr)) {
            ++undone.kept;
        } else if (former != nullptr) {
            bring_back(*former, origin, now, by_undo);
            ++undone.restored;
        } else {
            remove_photo(step.owner, now, by_undo);
            ++undone.removed;
        }
    }
    return undone;
}

Result<std::size_t> MemoryCatalog::changed_since_run(const Run& run, Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    std::set<OwnerKey> owners;
    for (const auto& former : former_) {
        const auto current = photos_.find(former.owner);
        const bool is_of_run = current != photos_.end() && current->second.origin.run == run.id;
        if (former.photo.origin.run == run.id && former.replaced_run != run.id && !is_of_run)
            owners.insert(former.owner);
    }
    return owners.size();
}

Result<std::size_t> MemoryCatalog::prune_runs(Instant before, std::size_t limit,
                                              Deadline deadline) {
    if (has_passed(deadline)) return late();
    const std::lock_guard lock(mutex_);
    std::size_t pruned = 0;
    std::erase_if(runs_, [&](const Run& run) {
        const bool is_named = std::ranges::any_of(former_, [&](const FormerPhoto& former) {
            return former.photo.origin.run == run.id || former.replaced_run == run.id;
        });
        if (is_named || run.started >= before || pruned == limit) return false;
        ++pruned;
        return true;
    });
    return pruned;
}

}  // namespace cameo::store::memory
