#pragma once

#include <boost/intrusive/list.hpp>
#include <chrono>

namespace cameo::http {

// A connection as its I/O thread sees it from outside. None of the three calls may destroy it at
// once. Leaves its sweeper by itself when destroyed.
class Watched : public boost::intrusive::list_base_hook<
                    boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    Watched() = default;
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;
    virtual ~Watched() = default;

    virtual void expire() = 0;   // expired() has become true, or still is
    virtual void stop() = 0;     // answer the request that is whole, take no other
    virtual void abandon() = 0;  // end, whatever is under way

    void set_deadline(TimePoint deadline) {
        deadline_ = deadline;
        expired_ = false;
    }
    void clear_deadline() { set_deadline(TimePoint::max()); }

    // Whether the deadline was found to have passed. Stays so until another one is set: what
    // expire() ends may have ended by itself a moment before, and the next wait must end too.
    bool expired() const { return expired_; }

    void look(TimePoint now) {
        if (deadline_ > now) return;
        expired_ = true;
        expire();
    }

  private:
    TimePoint deadline_ = TimePoint::max();
    bool expired_ = false;
};

// All connections of one I/O thread. Looking through them a few times a second costs less than a
// timer that is set and cancelled with every request. Not thread-safe.
class Sweeper {
  public:
    void add(Watched& watched) { all_.push_back(watched); }
    bool empty() const { return all_.empty(); }

    void sweep(Watched::TimePoint now) {
        for (auto& watched : all_) watched.look(now);
    }

    void stop_all() {
        for (auto& watched : all_) watched.stop();
    }

    void abandon_all() {
        for (auto& watched : all_) watched.abandon();
    }

  private:
    boost::intrusive::list<Watched, boost::intrusive::constant_time_size<false>> all_;
};

}  // namespace cameo::http
