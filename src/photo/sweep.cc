#include "photo/sweep.h"

#include <string>
#include <utility>
#include <vector>

namespace cameo::photo {
namespace {

constexpr std::size_t kBatch = 500;
constexpr std::chrono::seconds kStoreTime{10};

Result<void> remove_all(BlobStore& blobs, const std::vector<std::string>& keys) {
    for (const auto& key : keys)
        if (auto removed = blobs.remove(key, deadline_in(kStoreTime)); !removed) return removed;
    return {};
}

std::vector<std::string> keys_older_than(const std::vector<BlobStore::Listed>& page,
                                         std::chrono::seconds age) {
    std::vector<std::string> keys;
    for (const auto& listed : page)
        if (listed.age > age) keys.push_back(listed.key);
    return keys;
}

// Blobs deleted and whether there may be more.
struct Batch {
    std::size_t count = 0;
    bool more = false;
};

Result<Batch> sweep_retired_batch(Catalog& catalog, BlobStore& blobs, Instant before) {
    auto keys = catalog.retired(before, kBatch, deadline_in(kStoreTime));
    if (!keys) return std::unexpected(std::move(keys.error()));
    if (keys->empty()) return Batch{};
    if (auto removed = remove_all(blobs, *keys); !removed)
        return std::unexpected(std::move(removed.error()));
    if (auto done = catalog.forget_retired(*keys, deadline_in(kStoreTime)); !done)
        return std::unexpected(std::move(done.error()));
    return Batch{keys->size(), true};
}

// Goes on behind `after`, and moves it.
Result<Batch> sweep_orphans_batch(Catalog& catalog, BlobStore& blobs, std::string& after,
                                  std::chrono::seconds grace) {
    const auto page = blobs.list(after, kBatch, deadline_in(kStoreTime));
    if (!page) return std::unexpected(page.error());
    if (page->empty()) return Batch{};
    after = page->back().key;
    const auto orphans =
        catalog.unknown_blobs(keys_older_than(*page, grace), deadline_in(kStoreTime));
    if (!orphans) return std::unexpected(orphans.error());
    if (auto removed = remove_all(blobs, *orphans); !removed)
        return std::unexpected(std::move(removed.error()));
    return Batch{orphans->size(), true};
}

template <class Step>
Result<std::size_t> sweep(SweepGate& gate, const Step& step) {
    std::size_t count = 0;
    Result<Batch> batch;
    while (gate.run([&] { batch = step(); })) {
        if (!batch) return std::unexpected(std::move(batch.error()));
        count += batch->count;
        if (!batch->more) break;
    }
    return count;
}

}  // namespace

Result<std::size_t> sweep_retired(Catalog& catalog, BlobStore& blobs, SweepGate& gate, Instant now,
                                  std::chrono::seconds grace) {
    return sweep(gate, [&] { return sweep_retired_batch(catalog, blobs, now - grace); });
}

Result<std::size_t> sweep_orphans(Catalog& catalog, BlobStore& blobs, SweepGate& gate,
                                  std::chrono::seconds grace) {
    std::string after;
    return sweep(gate, [&] { return sweep_orphans_batch(catalog, blobs, after, grace); });
}

}  // namespace cameo::photo
