#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "photo/blob_store.h"

namespace cameo::store::contract {

// For tests: wraps another blob store, borrowed, and fails the calls that a test selects.
class FailingBlobStore final : public photo::BlobStore {
  public:
    enum class Call { put, read, remove, set_aside, bring_back };
    // Called before each of these calls; nullopt lets the call through.
    using Failure = std::function<std::optional<Error>(Call, const std::string& key)>;

    FailingBlobStore(photo::BlobStore& store, Failure failure)
        : store_(store), failure_(std::move(failure)) {}

    Result<void> put(const std::string& key, ByteView bytes, Deadline deadline) override {
        if (auto error = failure_(Call::put, key)) return std::unexpected(*std::move(error));
        return store_.put(key, bytes, deadline);
    }
    Result<std::optional<Bytes>> read(const std::string& key, std::uint64_t offset,
                                      std::uint64_t length, Deadline deadline) override {
        if (auto error = failure_(Call::read, key)) return std::unexpected(*std::move(error));
        return store_.read(key, offset, length, deadline);
    }
    Result<std::optional<std::uint64_t>> length(const std::string& key,
                                                Deadline deadline) override {
        return store_.length(key, deadline);
    }
    Result<void> remove(const std::string& key, Deadline deadline) override {
        if (auto error = failure_(Call::remove, key)) return std::unexpected(*std::move(error));
        return store_.remove(key, deadline);
    }
    Result<void> set_aside(const std::string& key, Deadline deadline) override {
        if (auto error = failure_(Call::set_aside, key)) return std::unexpected(*std::move(error));
        return store_.set_aside(key, deadline);
    }
    Result<void> bring_back(const std::string& key, Deadline deadline) override {
        if (auto error = failure_(Call::bring_back, key)) return std::unexpected(*std::move(error));
        return store_.bring_back(key, deadline);
    }
    Result<std::vector<Listed>> list(const std::string& after, std::size_t limit,
                                     Deadline deadline) override {
        return store_.list(after, limit, deadline);
    }
    Result<std::vector<Listed>> list_set_aside(const std::string& after, std::size_t limit,
                                               Deadline deadline) override {
        return store_.list_set_aside(after, limit, deadline);
    }

  private:
    photo::BlobStore& store_;
    Failure failure_;
};

}  // namespace cameo::store::contract
