#include "ops/line_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace cameo::ops {
namespace {

constexpr std::size_t kWaitingLines = 8192;

Result<void> make_private(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return fail(Fault::internal,
                    fmt::format("cannot open the log {}: {}", file.native(), std::strerror(errno)));
    ::close(descriptor);
    return {};
}

}  // namespace

struct LineLog::State {
    State(spdlog::sink_ptr sink, spdlog::async_overflow_policy policy)
        : logger(std::make_shared<spdlog::async_logger>("lines", std::move(sink), pool, policy)) {
        logger->set_pattern("%v");
        logger->flush_on(spdlog::level::info);
    }

    std::shared_ptr<spdlog::details::thread_pool> pool =
        std::make_shared<spdlog::details::thread_pool>(kWaitingLines, 1);
    std::shared_ptr<spdlog::async_logger> logger;
};

LineLog::LineLog(std::unique_ptr<State> state) : state_(std::move(state)) {}
LineLog::~LineLog() = default;

std::unique_ptr<LineLog> LineLog::to_stdout() {
    return std::unique_ptr<LineLog>(
        new LineLog(std::make_unique<State>(std::make_shared<spdlog::sinks::stdout_sink_mt>(),
                                            spdlog::async_overflow_policy::overrun_oldest)));
}

Result<std::unique_ptr<LineLog>> LineLog::to_file(const std::filesystem::path& file) {
    if (auto made = make_private(file); !made) return std::unexpected(std::move(made.error()));
    try {
        auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.native());
        return std::unique_ptr<LineLog>(new LineLog(
            std::make_unique<State>(std::move(sink), spdlog::async_overflow_policy::block)));
    } catch (const spdlog::spdlog_ex& error) {
        return fail(Fault::internal, error.what());
    }
}

void LineLog::write(const std::string& line) { state_->logger->info("{}", line); }

}  // namespace cameo::ops
