#include "ops/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>

namespace cameo::ops {
namespace {

spdlog::logger& logger() {
    static spdlog::logger instance = [] {
        spdlog::logger made("cameo", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made.set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
        made.flush_on(spdlog::level::info);
        return made;
    }();
    return instance;
}

}  // namespace

void log_info(std::string_view text) { logger().info("{}", text); }
void log_error(std::string_view text) { logger().error("{}", text); }

}  // namespace cameo::ops
