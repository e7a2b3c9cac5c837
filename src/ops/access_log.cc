#include "ops/access_log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace cameo::ops {
namespace {

constexpr std::size_t kWaitingLines = 8192;

void append_json_text(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (byte < 0x20 || byte >= 0x7f)
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
        else
            out += c;
    }
    out += '"';
}

}  // namespace

std::string format_access_line(const AccessEntry& entry) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(entry.time);
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(entry.duration);
    std::string line = fmt::format("{{\"time\":\"{:%Y-%m-%dT%H:%M:%S}.{:03}Z\",\"method\":",
                                   fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                                   (entry.time - seconds).count());
    append_json_text(line, entry.method);
    line += ",\"path\":";
    append_json_text(line, entry.target.substr(0, entry.target.find('?')));
    fmt::format_to(
        std::back_inserter(line),
        ",\"status\":{},\"bytes\":{},\"microseconds\":{},\"lane\":\"{}\",\"request_id\":",
        entry.status, entry.body_bytes, micros.count(), entry.fast ? "quick" : "work");
    append_json_text(line, entry.request_id);
    line += ",\"remote\":";
    append_json_text(line, entry.remote);
    line += '}';
    return line;
}

struct AccessLog::State {
    std::shared_ptr<spdlog::details::thread_pool> pool =
        std::make_shared<spdlog::details::thread_pool>(kWaitingLines, 1);
    std::shared_ptr<spdlog::async_logger> logger = std::make_shared<spdlog::async_logger>(
        "access", std::make_shared<spdlog::sinks::stdout_sink_mt>(), pool,
        spdlog::async_overflow_policy::overrun_oldest);
};

AccessLog::AccessLog() : state_(std::make_unique<State>()) {
    state_->logger->set_pattern("%v");
    state_->logger->flush_on(spdlog::level::info);
}

AccessLog::~AccessLog() = default;

void AccessLog::write(const AccessEntry& entry) {
    state_->logger->info("{}", format_access_line(entry));
}

}  // namespace cameo::ops
