#include "graph/batch_run.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace cameo::graph {
namespace {

// What the threads of one batch share. A helper may begin after the batch has ended: it finds
// nothing to do then, and what it looks at lives as long as it does.
class Run {
  public:
    Run(std::vector<BatchItem> items, ItemAnswer answer)
        : items_(std::move(items)),
          answer_(std::move(answer)),
          states_(items_.size(), State::waiting),
          replies_(items_.size()) {}

    // Answers items until none can be begun.
    void work() {
        std::unique_lock lock(mutex_);
        while (const auto next = take()) {
            lock.unlock();
            auto reply = answer_guarded(*next);
            lock.lock();
            replies_[next->item] = std::move(reply);
            states_[next->item] = State::done;
            changed_.notify_all();
        }
    }

    // Works and waits until every item is answered.
    std::vector<http::Reply> finish() {
        for (;;) {
            work();
            std::unique_lock lock(mutex_);
            const auto is_done = [](State state) { return state == State::done; };
            if (std::ranges::all_of(states_, is_done)) return std::move(replies_);
            changed_.wait(lock,
                          [&] { return can_begin_one() || std::ranges::all_of(states_, is_done); });
        }
    }

    // How many items may be answered at once: no more helpers than that are of use.
    std::size_t width() const {
        return static_cast<std::size_t>(std::ranges::count_if(
            items_, [](const auto& item) { return item.depends_on.empty(); }));
    }

  private:
    enum class State : std::uint8_t { waiting, begun, done };
    struct Next {
        std::size_t item = 0;
        bool dependency_failed = false;
    };

    http::Reply answer_guarded(const Next& next) {
        try {
            return answer_(items_[next.item], next.dependency_failed);
        } catch (...) {
            return {.status = 500};
        }
    }

    bool can_begin(std::size_t item) const {
        return states_[item] == State::waiting &&
               std::ranges::all_of(items_[item].depends_on, [&](std::size_t other) {
                   return states_[other] == State::done;
               });
    }

    bool can_begin_one() const {
        for (std::size_t i = 0; i < items_.size(); ++i)
            if (can_begin(i)) return true;
        return false;
    }

    std::optional<Next> take() {
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (!can_begin(i)) continue;
            states_[i] = State::begun;
            const bool failed = std::ranges::any_of(items_[i].depends_on, [&](std::size_t other) {
                return replies_[other].status >= 400;
            });
            return Next{i, failed};
        }
        return std::nullopt;
    }

    std::vector<BatchItem> items_;
    ItemAnswer answer_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<State> states_;
    std::vector<http::Reply> replies_;
};

constexpr std::size_t kMostHelpers = 3;  // beside the caller: one batch does not take them all

}  // namespace

std::vector<http::Reply> run_batch(std::vector<BatchItem> items, const ItemAnswer& answer,
                                   WorkPool& helpers) {
    const auto run = std::make_shared<Run>(std::move(items), answer);
    const std::size_t wanted = std::min(kMostHelpers, std::max<std::size_t>(run->width(), 1) - 1);
    for (std::size_t i = 0; i < wanted; ++i)
        if (!helpers.try_post([run] { run->work(); })) break;
    return run->finish();
}

}  // namespace cameo::graph
