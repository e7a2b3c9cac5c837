#include "image/worker_studio.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "image/limits.h"
#include "image/worker_process.h"
#include "image/worker_protocol.h"

namespace cameo::image {
namespace {

using Outcome = WorkerProcess::Outcome;

struct Worker {
    WorkerProcess process;
    int uploads = 0;
};

// `keep`: whether the worker may serve again. `died`: it ended without an answer, which may be its
// own misfortune (killed for want of memory) rather than the picture's, so another one may be
// asked.
struct Exchange {
    Result<photo::RenderedPhoto> result;
    bool keep = false;
    bool died = false;
};

Exchange not_done(Outcome outcome) {
    if (outcome == Outcome::late)
        return {fail(Fault::busy, "The picture could not be rendered in the time allowed.")};
    return {fail(Fault::invalid_image, "The picture could not be decoded."), false, true};
}

Exchange exchange(Worker& worker, const Request& request, ByteView upload, Deadline deadline) {
    WorkerProcess& process = worker.process;
    auto sent = process.send(encode(request), deadline);
    if (sent == Outcome::done) sent = process.send(upload, deadline);
    if (sent == Outcome::gone)
        return {fail(Fault::internal, "image worker: gone before the upload"), false, true};
    if (sent != Outcome::done) return not_done(sent);

    AnswerHeader header{};
    if (const auto got = process.receive(header, deadline); got != Outcome::done)
        return not_done(got);
    const auto shape = decode(header, request);
    if (!shape) return {std::unexpected(shape.error())};
    Bytes body(shape->body_bytes);
    if (const auto got = process.receive(body, deadline); got != Outcome::done)
        return not_done(got);
    Answer answer = decode_body(*shape, body, request);
    return {std::move(answer.result), answer.plausible};
}

}  // namespace

// The idle workers and the right to have one: at most `workers` at once.
class WorkerStudio::Pool {
  public:
    explicit Pool(Settings settings) : settings_(std::move(settings)), free_(settings_.workers) {
        for (std::size_t i = 0; i < settings_.workers; ++i) warm_up();
    }

    // An idle worker or a new one. Fault::busy past the deadline, Fault::internal where none can be
    // started. Every worker that is given must be returned.
    Result<Worker> take(Deadline deadline) {
        std::unique_lock lock(mutex_);
        if (!returned_.wait_until(lock, deadline, [&] { return free_ > 0; }))
            return fail(Fault::busy, "All image workers are busy.");
        --free_;
        while (!idle_.empty()) {
            Worker worker = std::move(idle_.back());
            idle_.pop_back();
            if (worker.process.is_ready()) return worker;
        }
        lock.unlock();
        auto process = WorkerProcess::start(settings_.program, settings_.memory_mb);
        if (process) return Worker{std::move(*process)};
        give_back();
        return std::unexpected(process.error());
    }

    void put_back(Worker worker) {
        if (++worker.uploads >= settings_.uploads_per_worker) return replace(std::move(worker));
        {
            const std::lock_guard lock(mutex_);
            idle_.push_back(std::move(worker));
        }
        give_back();
    }

    // Ends the worker and starts another one, which gets ready while nobody waits for it.
    void replace(std::optional<Worker> worker) {
        worker.reset();
        warm_up();
        give_back();
    }

  private:
    void warm_up() {
        auto process = WorkerProcess::start(settings_.program, settings_.memory_mb);
        if (!process) return;  // the next upload tries again and reports it
        const std::lock_guard lock(mutex_);
        idle_.push_back({std::move(*process)});
    }

    void give_back() {
        {
            const std::lock_guard lock(mutex_);
            ++free_;
        }
        returned_.notify_one();
    }

    const Settings settings_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::size_t free_;
    std::vector<Worker> idle_;
};

WorkerStudio::WorkerStudio(Settings settings, photo::UploadLimits limits)
    : pool_(std::make_unique<Pool>(std::move(settings))), limits_(limits) {}

WorkerStudio::~WorkerStudio() = default;

Result<photo::RenderedPhoto> WorkerStudio::render(ByteView upload, PhotoStorage storage,
                                                  Deadline deadline) {
    if (auto fits = judge_bytes(upload.size(), limits_); !fits)
        return std::unexpected(fits.error());
    const Request request{storage, limits_, upload.size()};
    for (bool again = true;; again = false) {
        auto worker = pool_->take(deadline);
        if (!worker) return std::unexpected(worker.error());
        Exchange done = exchange(*worker, request, upload, deadline);
        if (done.keep)
            pool_->put_back(std::move(*worker));
        else
            pool_->replace(std::move(*worker));
        if (!done.died || !again) return std::move(done.result);
    }
}

}  // namespace cameo::image
