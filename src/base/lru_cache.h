#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cameo {

// A bounded map from text keys to immutable values that forgets what was used longest ago.
// Thread-safe: sixteen shards, each behind its own short lock.
//
// Values loaded from a store go in through a ticket, so that a load which began before an erase
// cannot bring the old value back:
//     const auto ticket = cache.begin_load(key);
//     ... read the store ...
//     cache.finish_load(ticket, key, value, cost);
template <class Value>
class LruCache {
  public:
    struct Ticket {
        std::uint64_t erased = 0;
    };

    // `budget` is the sum of costs that is kept, in whatever unit the caller counts (bytes,
    // entries).
    explicit LruCache(std::size_t budget) : shard_budget_(budget / kShards) {}

    std::optional<Value> find(std::string_view key) {
        Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        const auto found = shard.index.find(key);
        if (found == shard.index.end()) return std::nullopt;
        shard.order.splice(shard.order.begin(), shard.order, found->second);
        return found->second->value;
    }

    // Replaces what is there. A value that costs more than a shard's share of the budget is not
    // kept.
    void put(std::string_view key, Value value, std::size_t cost) {
        Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        shard.put(key, std::move(value), cost, shard_budget_);
    }

    Ticket begin_load(std::string_view key) {
        Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        return {shard.erased};
    }

    // Does nothing where any key of the same shard was erased since the ticket was taken.
    void finish_load(Ticket ticket, std::string_view key, Value value, std::size_t cost) {
        Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        if (shard.erased == ticket.erased) shard.put(key, std::move(value), cost, shard_budget_);
    }

    void erase(std::string_view key) {
        Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        ++shard.erased;
        if (const auto found = shard.index.find(key); found != shard.index.end())
            shard.remove(found->second);
    }

    // The sum of the costs of what is kept.
    std::size_t cost() const {
        std::size_t sum = 0;
        for (const Shard& shard : shards_) {
            const std::lock_guard lock(shard.mutex);
            sum += shard.cost;
        }
        return sum;
    }

  private:
    static constexpr std::size_t kShards = 16;

    struct Entry {
        std::string key;
        Value value;
        std::size_t cost = 0;
    };

    struct Shard {
        using Order = std::list<Entry>;
        mutable std::mutex mutex;
        Order order;  // used last, first
        // The views point into the entries of `order`, which do not move.
        std::unordered_map<std::string_view, typename Order::iterator> index;
        std::size_t cost = 0;
        std::uint64_t erased = 0;

        void put(std::string_view key, Value value, std::size_t entry_cost, std::size_t budget) {
            if (const auto found = index.find(key); found != index.end()) remove(found->second);
            if (entry_cost > budget) return;
            order.push_front({std::string(key), std::move(value), entry_cost});
            index.emplace(order.front().key, order.begin());
            cost += entry_cost;
            while (cost > budget) remove(std::prev(order.end()));
        }

        void remove(typename Order::iterator entry) {
            cost -= entry->cost;
            index.erase(std::string_view(entry->key));
            order.erase(entry);
        }
    };

    Shard& shard_of(std::string_view key) {
        return shards_[std::hash<std::string_view>{}(key) / 7 % kShards];
    }

    std::size_t shard_budget_;
    std::array<Shard, kShards> shards_;
};

}  // namespace cameo
