#pragma once

#include <array>
#include <boost/asio/post.hpp>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include "http/asio.h"
#include "http/body_budget.h"
#include "http/handler.h"
#include "http/http_date.h"
#include "http/server_settings.h"

// The state that the connections of one I/O thread share.
namespace cameo::http {

// Posts jobs from pool threads to an I/O thread. Pool jobs share it, so that a job which ends after
// the server finds a closed handle instead of a dangling event loop. Thread-safe.
class LoopHandle {
  public:
    explicit LoopHandle(asio::io_context& loop) : loop_(&loop) {}

    // Runs `job` on the I/O thread, or drops it if the handle is closed.
    template <class Job>
    void post(Job job) {
        const std::lock_guard lock(mutex_);
        if (loop_ != nullptr) asio::post(*loop_, std::move(job));
    }

    // After this returns, no job is posted.
    void close() {
        const std::lock_guard lock(mutex_);
        loop_ = nullptr;
    }

  private:
    std::mutex mutex_;
    asio::io_context* loop_;
};

// All connections of one I/O thread. A scan of them a few times a second costs less than a timer
// that is set and cancelled with every request. Not thread-safe.
class ConnectionList {
  public:
    // A connection of any protocol. None of the three calls may destroy it before it returns. Its
    // destructor removes it from the list.
    class Entry : public boost::intrusive::list_base_hook<
                      boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
      public:
        Entry() = default;
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        virtual ~Entry() = default;

        virtual void check_timeout(TimePoint now) = 0;  // ends waits whose deadline has passed
        virtual void stop() = 0;     // answers a request that has arrived whole, reads no other
        virtual void abandon() = 0;  // ends immediately
    };

    void add(Entry& entry) { entries_.push_back(entry); }
    bool empty() const { return entries_.empty(); }

    void check_timeouts(TimePoint now) {
        for (auto& entry : entries_) entry.check_timeout(now);
    }

    void stop_all() {
        for (auto& entry : entries_) entry.stop();
    }

    void abandon_all() {
        for (auto& entry : entries_) entry.abandon();
    }

  private:
    boost::intrusive::list<Entry, boost::intrusive::constant_time_size<false>> entries_;
};

// Used only by its I/O thread, unless marked otherwise.
struct IoThreadContext {
    const ServerSettings& settings;
    Handler& handler;                         // thread-safe
    std::shared_ptr<BodyBudget> body_budget;  // of the whole server; thread-safe
    std::shared_ptr<LoopHandle> loop;         // thread-safe
    DateCache date;
    ConnectionList connections;
    bool stopping = false;
    std::array<char, 16'384> discarded{};  // buffer for bytes that connections read and drop
};

}  // namespace cameo::http
