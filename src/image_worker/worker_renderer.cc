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

// For a worker to load its libraries and decode a picture of each format, on a busy machine too.
constexpr std::chrono::seconds kStartTime{30};

struct Worker {
    WorkerProcess process;
    Deadline start_deadline = deadline_in(kStartTime);
    bool greeted = false;
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

Exchange not_done(Outcome outcome, const Settings& settings) {
    if (outcome == Outcome::late)
        return {fail(Fault::busy, "The picture could not be rendered in the time allowed.")};
    if (outcome == Outcome::spent)
        return {fail(Fault::image_too_large,
                     fmt::format("The picture takes more than {:.3g} seconds of processor time to "
                                 "decode.",
                                 std::chrono::duration<double>(settings.cpu).count()))};
    return {fail(Fault::invalid_image, "The picture could not be decoded."), false, true};
}

Exchange exchange(WorkerProcess& process, const Request& request, ByteView upload,
                  Deadline deadline, const Settings& settings) {
    const JobLimits limits{.deadline = std::min(deadline, deadline_in(settings.wall)),
                           .cpu_time = process.cpu_time() + settings.cpu};
    auto sent = process.send(encode(request), limits);
    if (sent == Outcome::done) sent = process.send(upload, limits);
    if (sent != Outcome::done) return not_done(sent, settings);

    AnswerHeader header{};
    if (const auto got = process.receive(header, limits); got != Outcome::done)
        return not_done(got, settings);
    const auto shape = decode(header, request);
    if (!shape) return {std::unexpected(shape.error())};
    Bytes body(shape->body_bytes);
    if (const auto got = process.receive(body, limits); got != Outcome::done)
        return not_done(got, settings);
    Answer answer = decode_body(*shape, body, request);
    return {std::move(answer.result), answer.plausible};
}

// Fault::busy where the worker is not ready by the deadline; it may be later.
Result<Greeting> greeting_of(Worker& worker, Deadline deadline) {
    GreetingBytes bytes{};
    switch (worker.process.receive(bytes, {std::min(deadline, worker.start_deadline)})) {
        case Outcome::done:
            worker.greeted = true;
            return decode(bytes);
        case Outcome::gone:
            return fail(Fault::internal, "image worker: it ended before it was ready");
        default:
            return fail(Fault::busy, "The image worker is not ready yet.");
    }
}

// Whether a worker that was asked for `sandbox` may be confined like that.
bool may_be(Confinement confinement, Sandbox sandbox) {
    if (confinement == Confinement::switched_off) return sandbox == Sandbox::off;
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return true;
#else
    return confinement == Confinement::seccomp;
#endif
}

}  // namespace

// The idle workers and the right to have one: at most `workers` at once.
class WorkerRenderer::Pool {
  public:
    explicit Pool(Settings settings)
        : settings_(std::move(settings)),
          program_(WorkerProgram::open(settings_.program)),
          free_(settings_.workers) {}

    const Settings& settings() const { return settings_; }

    Result<std::string> start() {
        for (std::size_t i = 0; i < settings_.workers; ++i) warm_up();
        auto first = take(deadline_in(kStartTime));
        if (!first) return std::unexpected(std::move(first.error()));
        put_back(std::move(*first));
        const std::lock_guard lock(mutex_);
        return protection_;
    }

    // An idle worker or a new one, ready for a request. Fault::busy past the deadline,
    // Fault::internal where none can be started. Every worker that is given must be returned.
    Result<Worker> take(Deadline deadline) {
        {
            std::unique_lock lock(mutex_);
            if (!returned_.wait_until(lock, deadline, [&] { return free_ > 0; }))
                return fail(Fault::busy, "All image workers are busy.");
            --free_;
        }
        auto worker = ready_worker(deadline);
        if (!worker) give_back();
        return worker;
    }

    void put_back(Worker worker) {
        if (worker.uploads >= settings_.uploads_per_worker) return replace(std::move(worker));
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
    Result<Worker> ready_worker(Deadline deadline) {
        while (auto worker = idle_worker()) {
            auto ready = made_ready(std::move(*worker), deadline);
            // One that died while idle is not reported: another one is started.
            if (ready || ready.error().fault == Fault::busy) return ready;
        }
        auto worker = start_one();
        return worker ? made_ready(std::move(*worker), deadline) : std::move(worker);
    }

    Result<Worker> made_ready(Worker worker, Deadline deadline) {
        if (worker.greeted) {
            if (worker.process.is_ready()) return worker;
            return fail(Fault::internal, "image worker: it ended while it was idle");
        }
        const auto greeting = greeting_of(worker, deadline);
        worker.process.drain_errors();
        if (greeting && !may_be(greeting->confinement, settings_.process.sandbox))
            return fail(Fault::internal,
                        fmt::format("image worker: it is not locked in: {}", describe(*greeting)));
        const std::lock_guard lock(mutex_);
        if (greeting) {
            protection_ = describe(*greeting);
            return worker;
        }
        if (greeting.error().fault == Fault::busy && !has_passed(worker.start_deadline))
            idle_.push_back(std::move(worker));
        return std::unexpected(greeting.error());
    }

    std::optional<Worker> idle_worker() {
        const std::lock_guard lock(mutex_);
        if (idle_.empty()) return std::nullopt;
        Worker worker = std::move(idle_.back());
        idle_.pop_back();
        return worker;
    }

    Result<Worker> start_one() {
        if (!program_) return std::unexpected(program_.error());
        auto process = WorkerProcess::start(*program_, settings_.process);
        if (!process) return std::unexpected(process.error());
        return Worker{std::move(*process)};
    }

    void warm_up() {
        auto worker = start_one();
        if (!worker) return;  // the next upload tries again and reports it
        const std::lock_guard lock(mutex_);
        // Taken last: by then it is ready.
        idle_.push_front(std::move(*worker));
    }

    void give_back() {
        {
            const std::lock_guard lock(mutex_);
            ++free_;
        }
        returned_.notify_one();
    }

    const Settings settings_;
    const Result<WorkerProgram> program_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::size_t free_;
    std::deque<Worker> idle_;
    std::string protection_;
};

WorkerRenderer::WorkerRenderer(Settings settings, photo::UploadLimits limits)
    : pool_(std::make_unique<Pool>(std::move(settings))), limits_(limits) {}

WorkerRenderer::~WorkerRenderer() = default;

Result<std::string> WorkerRenderer::start() { return pool_->start(); }

Result<photo::RenderedPhoto> WorkerRenderer::render(ByteView upload, PhotoStorage storage,
                                                    Deadline deadline) {
    if (auto fits = image::check_upload_bytes(upload.size(), limits_); !fits)
        return std::unexpected(fits.error());
    const Request request{storage, limits_, upload.size()};
    for (bool again = true;; again = false) {
        auto worker = pool_->take(deadline);
        if (!worker) return std::unexpected(worker.error());
        Exchange done = exchange(worker->process, request, upload, deadline, pool_->settings());
        ++worker->uploads;
        worker->process.drain_errors();
        if (done.keep)
            pool_->put_back(std::move(*worker));
        else
            pool_->replace(std::move(*worker));
        if (!done.died || !again) return std::move(done.result);
    }
}

}  // namespace cameo::image_worker
