#include "ops/line_log.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ops/json_line.h"
#include "ops/log.h"
#include "ops/log_output.h"

namespace cameo::ops {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kThreadBytes = std::size_t{1} << 20;  // of one thread, queued
constexpr std::size_t kHurryBytes = kThreadBytes / 4;       // written before the next round
constexpr std::size_t kKeptBytes = std::size_t{16} << 20;   // of all threads, not to be dropped
constexpr std::size_t kWriteBytes = std::size_t{64} * 1024;
constexpr auto kRound = 20ms;
constexpr int kQuietRounds = 50;  // then the thread sleeps until the next line
constexpr auto kRetry = 1s;
constexpr auto kLook = 50ms;   // the interval of a waiting writer's check for an end or a reopening
constexpr auto kStalled = 5s;  // then an unread pipe is reported
constexpr auto kLastTries = 1s;  // at the end

// The queued lines of one thread for one log.
struct Buffer {
    std::mutex mutex;  // held by the writer for a swap
    std::string text;
    std::size_t kept = 0;  // bytes of lines that may not be dropped
};

struct Registered {
    std::uint64_t log;
    std::shared_ptr<Buffer> buffer;
};

// A number and not an address, since a new log may get the address of an old one.
std::uint64_t new_log_number() {
    static std::atomic<std::uint64_t> last = 0;
    return ++last;
}

std::vector<Registered>& own_registrations() {
    static thread_local std::vector<Registered> registrations;
    return registrations;
}

// The longest whole lines of at most kWriteBytes, or the piece of a longer line.
std::string_view next_piece(std::string_view waiting) {
    if (waiting.size() <= kWriteBytes) return waiting;
    const auto end = waiting.rfind('\n', kWriteBytes - 1);
    return waiting.substr(0, end == std::string_view::npos ? kWriteBytes : end + 1);
}

std::string dropped_line(std::uint64_t lines) {
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    std::string line = R"({"time":")";
    append_time(line, now);
    return line + fmt::format("\",\"log\":\"dropped\",\"lines\":{}}}\n", lines);
}

}  // namespace

class LineLog::Writer {
  public:
    explicit Writer(LogOutput output) : output_(std::move(output)), thread_([this] { run(); }) {
        pthread_setname_np(thread_.native_handle(), "log");
    }
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void write(std::string_view line, Loss loss);
    bool has_room() const { return kept_ < kKeptBytes / 2; }
    bool flush(Deadline deadline);
    void reopen();
    Counts counts() const { return {dropped_, failures_}; }

  private:
    // The requests to the writing thread.
    struct Asked {
        std::uint64_t flushes = 0;
        bool closing = false;
    };

    Buffer& own_buffer();
    void take_room(std::size_t bytes);
    void wake();

    void run();
    Asked wait_for_lines();
    void collect();
    bool put_out();
    bool wait_after(int error);
    void wait_for_reader();
    void reopen_where_asked();
    bool gives_up();
    void tell_trouble(std::string_view what);
    void tell_lost();
    void done(const Asked& asked);

    const std::uint64_t number_ = new_log_number();
    std::mutex registry_mutex_;
    std::vector<std::shared_ptr<Buffer>> buffers_;

    std::mutex mutex_;
    std::condition_variable asked_changed_;  // for the writing thread
    std::condition_variable done_changed_;   // for threads that wait for it
    Asked asked_;
    std::uint64_t flushed_ = 0;
    Deadline last_try_ = Deadline::max();  // set when closing
    std::atomic<std::size_t> kept_ = 0;    // bytes; grows under mutex_
    std::atomic<bool> idle_ = false;       // the writing thread sleeps until it is woken
    std::atomic<bool> hurry_ = false;
    std::atomic<bool> reopen_asked_ = false;
    std::atomic<std::uint64_t> dropped_ = 0;
    std::atomic<std::uint64_t> failures_ = 0;

    // Used only by the writing thread.
    LogOutput output_;
    std::string batch_;
    std::size_t written_ = 0;  // of batch_
    std::size_t batch_kept_ = 0;
    std::string spare_;
    std::uint64_t reported_dropped_ = 0;
    int quiet_rounds_ = 0;
    Deadline progress_ = Steady::now();
    bool in_trouble_ = false;

    std::thread thread_;
};

LineLog::Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        asked_.closing = true;
        last_try_ = deadline_in(kLastTries);
    }
    asked_changed_.notify_all();
    thread_.join();
}

void LineLog::Writer::write(std::string_view line, Loss loss) {
    const auto size = line.size() + 1;
    if (loss == Loss::refused) take_room(size);
    Buffer& own = own_buffer();
    std::size_t waiting = 0;
    {
        const std::lock_guard lock(own.mutex);
        if (loss == Loss::allowed && own.text.size() + size > kThreadBytes) {
            ++dropped_;
            return;
        }
        if (loss == Loss::refused) own.kept += size;  // released even if the next line throws
        own.text.append(line).push_back('\n');
        waiting = own.text.size();
    }
    if (idle_ || (waiting > kHurryBytes && !hurry_.exchange(true))) wake();
}

Buffer& LineLog::Writer::own_buffer() {
    auto& registrations = own_registrations();
    for (const auto& known : registrations)
        if (known.log == number_) return *known.buffer;
    std::erase_if(registrations, [](const auto& known) { return known.buffer.use_count() == 1; });
    registrations.push_back({number_, std::make_shared<Buffer>()});
    const std::lock_guard lock(registry_mutex_);
    buffers_.push_back(registrations.back().buffer);
    return *registrations.back().buffer;
}

void LineLog::Writer::take_room(std::size_t bytes) {
    std::unique_lock lock(mutex_);
    done_changed_.wait(lock, [this] { return asked_.closing || kept_ < kKeptBytes; });
    kept_ += bytes;
}

void LineLog::Writer::wake() {
    {
        const std::lock_guard lock(mutex_);
        idle_ = false;
    }
    asked_changed_.notify_one();
}

bool LineLog::Writer::flush(Deadline deadline) {
    std::unique_lock lock(mutex_);
    const auto mine = ++asked_.flushes;
    asked_changed_.notify_one();
    return done_changed_.wait_until(lock, deadline, [&] { return flushed_ >= mine; });
}

void LineLog::Writer::reopen() {
    reopen_asked_ = true;
    wake();
}

void LineLog::Writer::run() {
    for (;;) {
        const auto asked = wait_for_lines();
        reopen_where_asked();
        collect();
        quiet_rounds_ = batch_.empty() ? quiet_rounds_ + 1 : 0;
        if (!put_out()) return tell_lost();
        done(asked);
        if (asked.closing) return;
    }
}

// A line that is added while the thread is about to sleep is either collected here or sees idle_,
// since both sides lock the line's buffer in between.
LineLog::Writer::Asked LineLog::Writer::wait_for_lines() {
    if (quiet_rounds_ >= kQuietRounds) {
        idle_ = true;
        collect();
        if (!batch_.empty()) idle_ = false;
    }
    std::unique_lock lock(mutex_);
    const auto is_asked = [this] {
        return asked_.closing || asked_.flushes != flushed_ || hurry_ || reopen_asked_;
    };
    if (idle_)
        asked_changed_.wait(lock, [&] { return !idle_ || is_asked(); });
    else if (batch_.empty())
        asked_changed_.wait_for(lock, kRound, is_asked);
    idle_ = false;
    hurry_ = false;
    return asked_;
}

void LineLog::Writer::collect() {
    const std::lock_guard lock(registry_mutex_);
    for (const auto& buffer : buffers_) {
        {
            const std::lock_guard buffer_lock(buffer->mutex);
            buffer->text.swap(spare_);
            batch_kept_ += std::exchange(buffer->kept, 0);
        }
        batch_ += spare_;
        spare_.clear();
    }
    std::erase_if(buffers_, [](const auto& buffer) {
        const std::lock_guard buffer_lock(buffer->mutex);
        return buffer.use_count() == 1 && buffer->text.empty();  // its thread has ended
    });
    if (const auto dropped = dropped_.load(); dropped != reported_dropped_)
        batch_ += dropped_line(dropped - std::exchange(reported_dropped_, dropped));
}

// Writes the batch; false if it stopped because the log is being closed.
bool LineLog::Writer::put_out() {
    while (written_ < batch_.size()) {
        const auto taken = output_.write(next_piece(std::string_view(batch_).substr(written_)));
        if (taken.value_or(0) > 0) {
            written_ += *taken;
            progress_ = Steady::now();
            continue;
        }
        if (gives_up()) return false;
        if (taken)
            wait_for_reader();
        else if (!wait_after(taken.error()))
            return false;
        reopen_where_asked();
    }
    if (std::exchange(in_trouble_, false))
        log_info(fmt::format("the log {} can be written again", output_.name()));
    return true;
}

void LineLog::Writer::wait_for_reader() {
    if (Steady::now() - progress_ > kStalled) tell_trouble("no reader accepts data");
    output_.wait(kLook);
}

// False if the log is being closed and the time is up.
bool LineLog::Writer::wait_after(int error) {
    ++failures_;
    tell_trouble(std::strerror(error));
    std::unique_lock lock(mutex_);
    const auto again = std::min(Steady::now() + kRetry, last_try_);
    asked_changed_.wait_until(lock, again, [this] { return asked_.closing || reopen_asked_; });
    if (!asked_.closing) return true;
    return !asked_changed_.wait_for(lock, kLook, [this] { return has_passed(last_try_); });
}

// A line that was written partly to the old file is written whole to the new one.
void LineLog::Writer::reopen_where_asked() {
    if (!reopen_asked_.exchange(false)) return;
    if (const auto reopened = output_.reopen(); !reopened)
        return log_error(reopened.error().detail + "; the old file stays in use");
    if (written_ > 0) written_ = batch_.rfind('\n', written_ - 1) + 1;
}

bool LineLog::Writer::gives_up() {
    const std::lock_guard lock(mutex_);
    return asked_.closing && has_passed(last_try_);
}

void LineLog::Writer::tell_trouble(std::string_view what) {
    if (std::exchange(in_trouble_, true)) return;
    log_error(
        fmt::format("cannot write the log {}: {}; its lines are queued, and dropped if too "
                    "many are queued (cameo_log_lines_dropped_total)",
                    output_.name(), what));
}

void LineLog::Writer::tell_lost() {
    collect();
    const auto lost =
        std::count(batch_.begin() + static_cast<std::ptrdiff_t>(written_), batch_.end(), '\n');
    log_error(fmt::format("{} lines of the log {} are lost", lost, output_.name()));
}

void LineLog::Writer::done(const Asked& asked) {
    batch_.clear();
    if (batch_.capacity() > kThreadBytes) batch_.shrink_to_fit();
    written_ = 0;
    {
        const std::lock_guard lock(mutex_);
        kept_ -= std::exchange(batch_kept_, 0);
        flushed_ = asked.flushes;
    }
    done_changed_.notify_all();
}

LineLog::LineLog(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {}
LineLog::~LineLog() = default;

std::unique_ptr<LineLog> LineLog::to_stdout() {
    return std::unique_ptr<LineLog>(new LineLog(std::make_unique<Writer>(LogOutput::standard())));
}

Result<std::unique_ptr<LineLog>> LineLog::to_file(const std::filesystem::path& file) {
    auto output = LogOutput::file(file);
    if (!output) return std::unexpected(std::move(output.error()));
    return std::unique_ptr<LineLog>(new LineLog(std::make_unique<Writer>(std::move(*output))));
}

void LineLog::write(std::string_view line, Loss loss) { writer_->write(line, loss); }
bool LineLog::has_room() const { return writer_->has_room(); }
bool LineLog::flush(Deadline deadline) { return writer_->flush(deadline); }
void LineLog::reopen() { writer_->reopen(); }
LineLog::Counts LineLog::counts() const { return writer_->counts(); }

}  // namespace cameo::ops
