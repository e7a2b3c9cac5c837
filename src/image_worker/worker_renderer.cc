#include "image_worker/worker_renderer.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "image/limits.h"
#include "image_worker/protocol.h"

namespace cameo::image_worker {
namespace {

using Outcome = WorkerProcess::Outcome;
using Settings = WorkerRenderer::Settings;

// For a worker to load its libraries and decode a picture of each format, also on a busy machine.
constexpr std::chrono::seconds kStartTime{30};

struct Worker {
    WorkerProcess process;
    Deadline start_deadline = deadline_in(kStartTime);
    bool greeted = false;
    int uploads = 0;
};

// `reusable`: the worker may render again. `died`: it ended without a response, possibly because of
// too little memory and not because of the picture, so another worker may try.
struct Attempt {
    Result<photo::RenderedPhoto> result;
    bool reusable = false;
    bool died = false;
};

Attempt failed_attempt(Outcome outcome, const Settings& settings) {
    if (outcome == Outcome::timed_out)
        return {fail(Fault::busy, "The picture could not be rendered in the time allowed.")};
    if (outcome == Outcome::cpu_exhausted)
        return {fail(Fault::image_too_large,
                     fmt::format("The picture takes more than {:.3g} seconds of processor time to "
                                 "decode.",
                                 std::chrono::duration<double>(settings.cpu).count()))};
    return {fail(Fault::invalid_image, "The picture could not be decoded."), false, true};
}

Attempt render_in(WorkerProcess& process, const RenderRequest& request, ByteView upload,
                  Deadline deadline, const Settings& settings) {
    const JobLimits limits{.deadline = std::min(deadline, deadline_in(settings.wall)),
                           .cpu_time = process.cpu_time() + settings.cpu};
    auto sent = process.send(encode(request), limits);
    if (sent == Outcome::done) sent = process.send(upload, limits);
    if (sent != Outcome::done) return failed_attempt(sent, settings);

    ResponseBytes bytes{};
    if (const auto got = process.receive(bytes, limits); got != Outcome::done)
        return failed_attempt(got, settings);
    const auto header = decode(bytes, request);
    if (!header) return {std::unexpected(header.error())};
    Bytes body(header->body_bytes);
    if (const auto got = process.receive(body, limits); got != Outcome::done)
        return failed_attempt(got, settings);
    RenderResponse response = decode_body(*header, body, request);
    return {std::move(response.result), response.valid};
}

// Fault::busy if the worker is not ready by the deadline; it may be later.
Result<Greeting> receive_greeting(Worker& worker, Deadline deadline) {
    GreetingBytes bytes{};
    switch (worker.process.receive(bytes, {std::min(deadline, worker.start_deadline)})) {
        case Outcome::done:
            worker.greeted = true;
            return decode(bytes);
        case Outcome::closed:
            return fail(Fault::internal, "image worker: it ended before it was ready");
        default:
            return fail(Fault::busy, "The image worker is not ready yet.");
    }
}

// Whether a worker that was started with `sandbox` may have that confinement.
bool is_acceptable(Confinement confinement, Sandbox sandbox) {
    if (confinement == Confinement::switched_off) return sandbox == Sandbox::off;
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return true;
#else
    return confinement == Confinement::seccomp;
#endif
}

// A counting semaphore whose waiters are served in order of arrival. Thread-safe.
class FifoSemaphore {
  public:
    explicit FifoSemaphore(std::size_t permits) : permits_(permits) {}

    // False if the deadline passed. Each permit must be released.
    bool acquire(Deadline deadline) {
        std::unique_lock lock(mutex_);
        if (permits_ > 0) {
            --permits_;
            return true;
        }
        Waiter self;
        waiters_.push_back(&self);
        self.changed.wait_until(lock, deadline, [&] { return self.has_permit; });
        if (!self.has_permit) std::erase(waiters_, &self);
        return self.has_permit;
    }

    void release() {
        const std::lock_guard lock(mutex_);
        if (waiters_.empty()) {
            ++permits_;
            return;
        }
        Waiter* first = waiters_.front();
        waiters_.pop_front();
        first->has_permit = true;
        first->changed.notify_one();  // under the lock: the waiter may end right after it
    }

    std::size_t waiting() const {
        const std::lock_guard lock(mutex_);
        return waiters_.size();
    }

  private:
    struct Waiter {
        std::condition_variable changed;
        bool has_permit = false;
    };

    mutable std::mutex mutex_;
    std::size_t permits_;  // 0 while anyone waits
    std::deque<Waiter*> waiters_;
};

}  // namespace

// The workers. At most `workers` are checked out at once.
class WorkerRenderer::WorkerPool {
  public:
    explicit WorkerPool(Settings settings)
        : settings_(std::move(settings)),
          program_(WorkerProgram::open(settings_.program)),
          permits_(settings_.workers) {}

    const Settings& settings() const { return settings_; }
    std::size_t waiting() const { return permits_.waiting(); }

    Result<std::string> start() {
        for (std::size_t i = 0; i < settings_.workers; ++i) start_in_advance();
        auto first = check_out(deadline_in(kStartTime));
        if (!first) return std::unexpected(std::move(first.error()));
        check_in(std::move(*first));
        const std::lock_guard lock(mutex_);
        return confinement_;
    }

    // An idle worker or a new one, ready for a request. Fault::busy past the deadline,
    // Fault::internal if none can be started. Every worker must be checked in or replaced.
    Result<Worker> check_out(Deadline deadline) {
        if (!permits_.acquire(deadline)) return fail(Fault::busy, "All image workers are busy.");
        auto worker = find_or_start(deadline);
        if (!worker) permits_.release();
        return worker;
    }

    void check_in(Worker worker) {
        if (worker.uploads >= settings_.uploads_per_worker) return replace(std::move(worker));
        {
            const std::lock_guard lock(mutex_);
            idle_.push_back(std::move(worker));
        }
        permits_.release();
    }

    // Ends the worker and starts another one, which warms up before an upload needs it.
    void replace(std::optional<Worker> worker) {
        worker.reset();
        start_in_advance();
        permits_.release();
    }

  private:
    Result<Worker> find_or_start(Deadline deadline) {
        while (auto worker = pop_idle()) {
            auto ready = wait_until_ready(std::move(*worker), deadline);
            // A worker that died while idle is not a fault: another one is started.
            if (ready || ready.error().fault == Fault::busy) return ready;
        }
        auto worker = start_worker();
        return worker ? wait_until_ready(std::move(*worker), deadline) : std::move(worker);
    }

    Result<Worker> wait_until_ready(Worker worker, Deadline deadline) {
        if (worker.greeted) {
            if (worker.process.is_ready()) return worker;
            return fail(Fault::internal, "image worker: it ended while it was idle");
        }
        const auto greeting = receive_greeting(worker, deadline);
        worker.process.drain_errors();
        if (greeting && !is_acceptable(greeting->confinement, settings_.process.sandbox))
            return fail(Fault::internal, fmt::format("image worker: it is not in its sandbox: {}",
                                                     describe(*greeting)));
        const std::lock_guard lock(mutex_);
        if (greeting) {
            confinement_ = describe(*greeting);
            return worker;
        }
        if (greeting.error().fault == Fault::busy && !has_passed(worker.start_deadline))
            idle_.push_back(std::move(worker));
        return std::unexpected(greeting.error());
    }

    std::optional<Worker> pop_idle() {
        const std::lock_guard lock(mutex_);
        if (idle_.empty()) return std::nullopt;
        Worker worker = std::move(idle_.back());
        idle_.pop_back();
        return worker;
    }

    Result<Worker> start_worker() {
        if (!program_) return std::unexpected(program_.error());
        auto process = WorkerProcess::start(*program_, settings_.process);
        if (!process) return std::unexpected(process.error());
        return Worker{std::move(*process)};
    }

    void start_in_advance() {
        auto worker = start_worker();
        if (!worker) return;  // the next upload tries again and reports the fault
        const std::lock_guard lock(mutex_);
        // In front, so that it is used last, when it is ready.
        idle_.push_front(std::move(*worker));
    }

    const Settings settings_;
    const Result<WorkerProgram> program_;
    FifoSemaphore permits_;
    std::mutex mutex_;
    std::deque<Worker> idle_;
    std::string confinement_;
};

WorkerRenderer::WorkerRenderer(Settings settings, photo::UploadLimits limits)
    : pool_(std::make_unique<WorkerPool>(std::move(settings))), limits_(limits) {}

WorkerRenderer::~WorkerRenderer() = default;

Result<std::string> WorkerRenderer::start() { return pool_->start(); }

std::size_t WorkerRenderer::waiting() const { return pool_->waiting(); }

Result<photo::RenderedPhoto> WorkerRenderer::render(ByteView upload,
                                                    const photo::RenderOptions& options,
                                                    Deadline deadline) {
    if (auto fits = image::check_upload_bytes(upload.size(), options, limits_); !fits)
        return std::unexpected(fits.error());
    const RenderRequest request{options, limits_, upload.size()};
    for (bool again = true;; again = false) {
        auto worker = pool_->check_out(deadline);
        if (!worker) return std::unexpected(worker.error());
        Attempt attempt = render_in(worker->process, request, upload, deadline, pool_->settings());
        ++worker->uploads;
        worker->process.drain_errors();
        if (attempt.reusable)
            pool_->check_in(std::move(*worker));
        else
            pool_->replace(std::move(*worker));
        if (!attempt.died || !again) return std::move(attempt.result);
    }
}

}  // namespace cameo::image_worker
