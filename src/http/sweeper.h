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

    virtual void expire() = 0;   // the deadline has passed; once for each one that is set
    virtual void stop() = 0;     // answer the request that is whole, take no other
    virtual void abandon() = 0;  // end, whatever is under way

    void set_deadline(TimePoint deadline) { deadline_ = deadline; }
    void clear_deadline() { deadline_ = TimePoint::max(); }
    TimePoint deadline() const { return deadline_; }

  private:
    TimePoint deadline_ = TimePoint::max();
};

// All connections of one I/O thread. Looking through them a few times a second costs less than a
// timer that is set and cancelled with every request. Not thread-safe.
class Sweeper {
  public:
    void add(Watched& watched) { all_.push_back(watched); }
    bool empty() const { return all_.empty(); }

    void sweep(Watched::TimePoint now) {
        for (auto& watched : all_) {
            if (watched.deadline() > now) continue;
            watched.clear_deadline();
            watched.expire();
        }
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
