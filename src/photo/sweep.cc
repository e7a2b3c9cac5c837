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

}  // namespace

Result<std::size_t> sweep_retired(Catalog& catalog, BlobStore& blobs, Instant now,
                                  std::chrono::seconds grace) {
    std::size_t count = 0;
    while (true) {
        auto keys = catalog.retired(now - grace, kBatch, deadline_in(kStoreTime));
        if (!keys) return std::unexpected(std::move(keys.error()));
        if (keys->empty()) return count;
        if (auto removed = remove_all(blobs, *keys); !removed)
            return std::unexpected(std::move(removed.error()));
        if (auto done = catalog.forget_retired(*keys, deadline_in(kStoreTime)); !done)
            return std::unexpected(std::move(done.error()));
        count += keys->size();
    }
}

Result<std::size_t> sweep_orphans(Catalog& catalog, BlobStore& blobs, std::chrono::seconds grace) {
    std::size_t count = 0;
    std::string after;
    while (true) {
        const auto page = blobs.list(after, kBatch, deadline_in(kStoreTime));
        if (!page) return std::unexpected(page.error());
        if (page->empty()) return count;
        after = page->back().key;
        const auto orphans =
            catalog.unknown_blobs(keys_older_than(*page, grace), deadline_in(kStoreTime));
        if (!orphans) return std::unexpected(orphans.error());
        if (auto removed = remove_all(blobs, *orphans); !removed)
            return std::unexpected(std::move(removed.error()));
        count += orphans->size();
    }
}

}  // namespace cameo::photo
