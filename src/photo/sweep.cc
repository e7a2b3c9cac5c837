#include "photo/sweep.h"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

namespace cameo::photo {
namespace {

constexpr std::chrono::seconds kStoreTime{10};  // for one call of a store
constexpr std::chrono::seconds kBatchTime{60};  // for the removal of a batch
constexpr std::size_t kBatch = 500;

// One run over the blobs, in batches. Between two batches the lock can be taken.
class Sweep {
  public:
    Sweep(Catalog& catalog, BlobStore& blobs, GcLock& gc_lock, const std::stop_token& stop)
        : catalog_(catalog), blobs_(blobs), gc_lock_(gc_lock), stop_(stop) {}

    Result<Swept> retired(Instant now, std::chrono::seconds grace) {
        if (auto done = catalog_.limit_retired(now, deadline_in(kStoreTime)); !done)
            return std::unexpected(std::move(done.error()));
        return finish(run([&] { return retired_batch(now - grace); }));
    }

    Result<Swept> orphans(std::chrono::seconds grace) {
        std::size_t count = 0;
        auto done = each_page(&BlobStore::list, [&](const Page& page) -> Result<void> {
            swept_.looked_at += page.size();
            const auto found = unknown(keys_older_than(page, grace));
            if (!found) return std::unexpected(found.error());
            count += found->size();
            return {};
        });
        if (!done || !*done || count == 0) return finish(std::move(done));
        // Including those that an earlier sweep, which may have been stopped, has set aside.
        std::size_t all = swept_.looked_at;
        done = each_page(&BlobStore::list_set_aside, [&](const Page& page) -> Result<void> {
            count += page.size();
            all += page.size();
            return {};
        });
        if (!done || !*done) return finish(std::move(done));
        const bool keep = is_suspiciously_many(count, all);
        return finish(each_page(&BlobStore::list, [&](const Page& page) -> Result<void> {
            const auto found = unknown(keys_older_than(page, grace));
            if (!found) return std::unexpected(found.error());
            if (!keep) remove_all(*found);
            if (keep)
                for (const auto& key : *found) set_aside(key);
            return {};
        }));
    }

    Result<Swept> set_aside_before(std::chrono::seconds life) {
        return finish(each_page(&BlobStore::list_set_aside, [&](const Page& page) -> Result<void> {
            std::vector<std::string> keys;
            for (const auto& listed : page) keys.push_back(listed.key);
            const auto found = unknown(keys);
            if (!found) return std::unexpected(found.error());
            const std::unordered_set<std::string> nameless(found->begin(), found->end());
            Keys ended;
            for (const auto& listed : page) {
                if (!nameless.contains(listed.key))
                    bring_back(listed.key);
                else if (listed.age > life)
                    ended.push_back(listed.key);
            }
            remove_all(ended);
            return {};
        }));
    }

  private:
    using Page = std::vector<BlobStore::Listed>;
    using Keys = std::vector<std::string>;
    enum class More { no, yes };

    static Keys keys_older_than(const Page& page, std::chrono::seconds age) {
        Keys keys;
        for (const auto& listed : page)
            if (listed.age > age) keys.push_back(listed.key);
        return keys;
    }

    // The writes in progress are read first: a write that ends later has its row in the catalog.
    Result<Keys> unknown(Keys keys) {
        std::erase_if(keys, [&](const auto& key) { return gc_lock_.is_being_written(key); });
        return catalog_.unknown_blobs(keys, deadline_in(kStoreTime));
    }

    // False where it was stopped or there is a lease.
    template <class Step>
    Result<bool> run(const Step& step) {
        Result<More> more = More::yes;
        while (more && *more == More::yes) {
            if (stop_.stop_requested()) return false;
            const auto ran = gc_lock_.run([&] { more = step(); });
            if (!ran || !*ran) return ran;
        }
        if (!more) return std::unexpected(std::move(more.error()));
        return !stop_.stop_requested();
    }

    template <class List, class Each>
    Result<bool> each_page(List list, const Each& each) {
        std::string after;
        return run([&]() -> Result<More> {
            const auto page = (blobs_.*list)(after, kBatch, deadline_in(kStoreTime));
            if (!page) return std::unexpected(page.error());
            if (page->empty()) return More::no;
            after = page->back().key;
            if (auto done = each(*page); !done) return std::unexpected(std::move(done.error()));
            return More::yes;
        });
    }

    // Those that could not be removed stay on the catalog's list, ahead of the rest, so each batch
    // asks for that many more.
    Result<More> retired_batch(Instant before) {
        auto keys = catalog_.retired(before, kBatch + 2 * stuck_.size(), deadline_in(kStoreTime));
        if (!keys) return std::unexpected(std::move(keys.error()));
        std::erase_if(*keys, [this](const std::string& key) { return stuck_.contains(key); });
        if (keys->empty()) return More::no;
        auto [removed, failed] = remove_all(*keys);
        stuck_.insert(failed.begin(), failed.end());
        if (auto done = catalog_.forget_retired(removed, deadline_in(kStoreTime)); !done)
            return std::unexpected(std::move(done.error()));
        return More::yes;
    }

    struct Outcome {
        Keys removed, failed;
    };
    Outcome remove_all(const Keys& keys) {
        auto removal = blobs_.remove_all(keys, stop_, deadline_in(kBatchTime));
        swept_.removed += removal.removed.size();
        count_failures(removal.failed.size(), std::move(removal.first_failure));
        return {std::move(removal.removed), std::move(removal.failed)};
    }
    void count_failures(std::size_t count, std::string reason) {
        if (count > 0 && swept_.failed == 0) swept_.first_failure = std::move(reason);
        swept_.failed += count;
    }
    bool set_aside(const std::string& key) {
        return change(&BlobStore::set_aside, key, swept_.set_aside);
    }
    void bring_back(const std::string& key) {
        change(&BlobStore::bring_back, key, swept_.brought_back);
    }

    template <class Change>
    bool change(Change what, const std::string& key, std::size_t& count) {
        if (stop_.stop_requested()) return false;
        if (auto done = (blobs_.*what)(key, deadline_in(kStoreTime)); !done) {
            count_failures(1, std::move(done.error().detail));
            return false;
        }
        ++count;
        return true;
    }

    Result<Swept> finish(Result<bool> is_complete) {
        if (!is_complete) return std::unexpected(std::move(is_complete.error()));
        swept_.is_complete = *is_complete;
        return std::move(swept_);
    }

    Catalog& catalog_;
    BlobStore& blobs_;
    GcLock& gc_lock_;
    const std::stop_token& stop_;
    Swept swept_;
    std::unordered_set<std::string> stuck_;  // retired blobs that could not be removed
};

std::unexpected<Error> lease_is_lost() {
    return fail(
        Fault::conflict,
        "The lease was not renewed in time: the server was overloaded or restarted, and may "
        "have deleted blobs since. Run the command again.");
}

}  // namespace

// A mutex is not fair: the thread of the batches could lock it again and again.
std::unique_lock<std::mutex> GcLock::lock_before_next_batch() {
    ++waiting_;
    std::unique_lock lock(mutex_);
    if (--waiting_ == 0) none_waits_.notify_all();
    return lock;
}

Result<void> GcLock::take_lease(const std::string& id) {
    const auto lock = lock_before_next_batch();
    ended_.erase(id);
    return catalog_.add_lease(id, clock_.now() + kLeaseTime, deadline_in(kStoreTime));
}

Result<void> GcLock::renew_lease(const std::string& id) {
    const auto lock = lock_before_next_batch();
    const auto renewed =
        catalog_.renew_lease(id, clock_.now() + kLeaseTime, deadline_in(kStoreTime));
    if (!renewed) return std::unexpected(renewed.error());
    if (!*renewed) return lease_is_lost();
    return {};
}

Result<void> GcLock::end_lease(const std::string& id) {
    const auto lock = lock_before_next_batch();
    auto removed = catalog_.remove_lease(id, deadline_in(kStoreTime));
    if (!removed) ended_.insert(id);
    return removed;
}

Result<bool> GcLock::is_leased() {
    while (!ended_.empty()) {
        if (auto removed = catalog_.remove_lease(*ended_.begin(), deadline_in(kStoreTime));
            !removed)
            return std::unexpected(std::move(removed.error()));
        ended_.erase(ended_.begin());
    }
    // A lease that ends later than this was taken before the clock was set back.
    const auto now = clock_.now();
    if (auto limited = catalog_.limit_leases(now + kLeaseTime, deadline_in(kStoreTime)); !limited)
        return std::unexpected(std::move(limited.error()));
    const auto remaining = catalog_.remove_ended_leases(now, deadline_in(kStoreTime));
    if (!remaining) return std::unexpected(remaining.error());
    return *remaining > 0;
}

void GcLock::begin_write(const std::string& key) {
    const std::lock_guard lock(writes_mutex_);
    writes_.insert(key);
}

void GcLock::end_write(const std::string& key) {
    const std::lock_guard lock(writes_mutex_);
    writes_.erase(key);
}

bool GcLock::is_being_written(const std::string& key) {
    const std::lock_guard lock(writes_mutex_);
    return writes_.contains(key);
}

Result<Swept> sweep_retired(Catalog& catalog, BlobStore& blobs, GcLock& gc_lock, Instant now,
                            std::chrono::seconds grace, const std::stop_token& stop) {
    return Sweep(catalog, blobs, gc_lock, stop).retired(now, grace);
}

Result<Swept> sweep_orphans(Catalog& catalog, BlobStore& blobs, GcLock& gc_lock,
                            std::chrono::seconds grace, const std::stop_token& stop) {
    return Sweep(catalog, blobs, gc_lock, stop).orphans(grace);
}

Result<Swept> sweep_set_aside(Catalog& catalog, BlobStore& blobs, GcLock& gc_lock,
                              std::chrono::seconds life, const std::stop_token& stop) {
    return Sweep(catalog, blobs, gc_lock, stop).set_aside_before(life);
}

}  // namespace cameo::photo
