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

// A map from text keys to immutable values, bounded in bytes, that drops the least recently used
// entries. Thread-safe: sixteen shards, each with its own short lock.
//
// A value loaded from a store is put with a ticket, so that a load which began before an erase
// cannot put the old value back:
//     const auto ticket = cache.begin_load(key);
//     ... read the store ...
//     cache.finish_load(ticket, key, value, bytes_of(value));
template <class Value>
class LruCache {
  public:
    struct Ticket {
        std::uint64_t erased = 0;
    };

    // The bytes of an entry in addition to its key and its value's own memory: the nodes of list
    // and index.
    static constexpr std::size_t kEntryBytes = 160;

    // `budget`: the maximum of the kept bytes. An entry counts as kEntryBytes, its key and the
    // `value_bytes` of the call that put it.
    explicit LruCache(std::size_t budget) : shard_budget_(budget / kShards) {}

    std::optional<Value> find(std::string_view key) {
        Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        const auto found = shard.index.find(key);
        if (found == shard.index.end()) return std::nullopt;
        shard.order.splice(shard.order.begin(), shard.order, found->second);
        return found->second->value;
    }

    // Replaces the value of the key. An entry larger than a shard's share of the budget is
    // not kept.
    void put(std::string_view key, Value value, std::size_t value_bytes) {
        Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        shard.put(key, std::move(value), value_bytes, shard_budget_);
    }

    Ticket begin_load(std::string_view key) {
        Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        return {shard.erased};
    }

    // Does nothing if any key of the same shard was erased after the ticket was taken.
    void finish_load(Ticket ticket, std::string_view key, Value value, std::size_t value_bytes) {
        Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        if (shard.erased == ticket.erased)
            shard.put(key, std::move(value), value_bytes, shard_budget_);
    }

    void erase(std::string_view key) {
        Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        ++shard.erased;
        if (const auto found = shard.index.find(key); found != shard.index.end())
            shard.remove(found->second);
    }

    // The bytes of the kept entries.
    std::size_t bytes() const {
        std::size_t sum = 0;
        for (const Shard& shard : shards_) {
            const std::lock_guard lock(shard.mutex);
            sum += shard.bytes;
        }
        return sum;
    }

  private:
    static constexpr std::size_t kShards = 16;

    struct Entry {
        std::string key;
        Value value;
        std::size_t bytes = 0;
    };

    struct Shard {
        using Order = std::list<Entry>;
        mutable std::mutex mutex;
        Order order;  // most recently used first
        // The views point into the entries of `order`, which do not move.
        std::unordered_map<std::string_view, typename Order::iterator> index;
        std::size_t bytes = 0;
        std::uint64_t erased = 0;

        void put(std::string_view key, Value value, std::size_t value_bytes, std::size_t budget) {
            if (const auto found = index.find(key); found != index.end()) remove(found->second);
            const auto entry_bytes = kEntryBytes + key.size() + value_bytes;
            if (entry_bytes > budget) return;
            order.push_front({std::string(key), std::move(value), entry_bytes});
            index.emplace(order.front().key, order.begin());
            bytes += entry_bytes;
            while (bytes > budget) remove(std::prev(order.end()));
        }

        void remove(typename Order::iterator entry) {
            bytes -= entry->bytes;
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
