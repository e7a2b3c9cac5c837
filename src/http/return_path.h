#pragma once

#include <boost/asio/post.hpp>
#include <mutex>
#include <utility>

#include "http/asio.h"

namespace cameo::http {

// The way back from a pool's thread to an I/O thread. Jobs share it, so that one which ends after
// the server is gone finds the path closed instead of a dangling event loop. Thread-safe.
class ReturnPath {
  public:
    explicit ReturnPath(asio::io_context& loop) : loop_(&loop) {}

    // Runs `job` on the I/O thread, or drops it where the path is closed.
    template <class Job>
    void post(Job job) {
        const std::lock_guard lock(mutex_);
        if (loop_ != nullptr) asio::post(*loop_, std::move(job));
    }

    // Nothing is posted once this has returned.
    void close() {
        const std::lock_guard lock(mutex_);
        loop_ = nullptr;
    }

  private:
    std::mutex mutex_;
    asio::io_context* loop_;
};

}  // namespace cameo::http
