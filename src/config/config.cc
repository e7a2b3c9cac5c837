#include "config/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "config/tables.h"
#include "config/value_readers.h"
#include "graph/cors.h"

namespace cameo::config {
namespace {

using ConfigKey = Key<Config>;  // its name with its table: `limits.upload_bytes`

constexpr std::int64_t kMega = 1 << 20;
constexpr std::size_t kUnset = 0;  // crop_upload_bytes, which then depends on other keys

constexpr std::array kAuditLevels{
    std::pair<std::string_view, graph::AuditLevel>{"off", graph::AuditLevel::off},
    std::pair<std::string_view, graph::AuditLevel>{"writes", graph::AuditLevel::writes},
    std::pair<std::string_view, graph::AuditLevel>{"all", graph::AuditLevel::all}};

std::vector<ConfigKey> answer_keys() {
    return {
        {"public_url", origin([](Config& c) -> auto& { return c.graph.public_url; })},
        {"cache_control", text([](Config& c) -> auto& { return c.graph.cache_control; })},
        {"allow_shared_caching", yes_or_no(&Config::allow_shared_caching)},
        {"missing_metadata",
         either("404", "1x1", [](Config& c) -> auto& { return c.graph.missing_metadata_is_1x1; })},
        {"oversize",
         either("404", "nearest", [](Config& c) -> auto& { return c.graph.oversize_is_nearest; })},
        {"size_id_case",
         either("lower", "upper", [](Config& c) -> auto& { return c.graph.upper_case_size_ids; })},
        {"not_found_max_age",
         seconds(0, 86'400, [](Config& c) -> auto& { return c.graph.not_found_max_age; })},
        {"access.photo_admin_roles",
         texts(
             "an array of names or ids of directory roles", [](std::string_view) { return true; },
             &Config::photo_admin_roles)},
        {"cors.origins",
         texts(
             "an array of origins like \"https://app.example.org\", of \"loopback\" and \"*\"",
             [](std::string_view text) { return graph::cors_origin(text).has_value(); },
             &Config::cors_origins)},
        {"log.access", either("off", "stdout", [](Config& c) -> auto& { return c.access_log; })},
        {"log.access_file", text(&Config::access_file)},
        {"log.audit", one_of(kAuditLevels, [](Config& c) -> auto& { return c.graph.audit; })},
        {"log.audit_file", text(&Config::audit_file)},
    };
}

// A rate of 0 means no limit.
std::vector<ConfigKey> rate_keys() {
    const auto per_second = [](access::Rate access::Throttle::Settings::* rate) {
        return integer(0, 1'000'000, [rate](Config& c) -> auto& {
            return std::invoke(rate, c.throttle).per_second;
        });
    };
    const auto burst = [](access::Rate access::Throttle::Settings::* rate) {
        return integer(1, 10'000'000,
                       [rate](Config& c) -> auto& { return std::invoke(rate, c.throttle).burst; });
    };
    return {
        {"limits.requests_per_second", per_second(&access::Throttle::Settings::requests)},
        {"limits.requests_burst", burst(&access::Throttle::Settings::requests)},
        {"limits.uploads_per_second", per_second(&access::Throttle::Settings::person_uploads)},
        {"limits.uploads_burst", burst(&access::Throttle::Settings::person_uploads)},
        {"limits.app_uploads_per_second", per_second(&access::Throttle::Settings::app_uploads)},
        {"limits.app_uploads_burst", burst(&access::Throttle::Settings::app_uploads)},
        {"limits.refusals_per_second", per_second(&access::Throttle::Settings::refusals)},
        {"limits.refusals_burst", burst(&access::Throttle::Settings::refusals)},
        {"builtin_issuer.enabled", yes_or_no(&Config::builtin_issuer)},
    };
}

std::vector<ConfigKey> limit_keys() {
    return {
        {"limits.upload_bytes",
         integer(1'000, 64'000'000, [](Config& c) -> auto& { return c.limits.bytes; })},
        {"limits.crop_upload_bytes",
         integer(1'000, 64'000'000, [](Config& c) -> auto& { return c.limits.crop_bytes; })},
        {"limits.bodies_in_flight_mb",
         integer(
             1, 1'000'000, [](Config& c) -> auto& { return c.http.body_bytes_in_flight; }, kMega)},
        {"limits.json_bytes",
         integer(1'000, 4'000'000, [](Config& c) -> auto& { return c.graph.json_bytes; })},
        {"limits.side", integer(648, 65'000, [](Config& c) -> auto& { return c.limits.side; })},
        {"limits.baseline_jpeg_pixels",
         integer(100'000, 400'000'000,
                 [](Config& c) -> auto& { return c.limits.baseline_jpeg_pixels; })},
        {"limits.other_pixels",
         integer(100'000, 100'000'000, [](Config& c) -> auto& { return c.limits.other_pixels; })},
        {"limits.directory_side",
         integer(648, 16'384, [](Config& c) -> auto& { return c.limits.directory_side; })},
        {"limits.request_seconds",
         seconds(1, 600, [](Config& c) -> auto& { return c.graph.request_time; })},
    };
}

Result<void> address_ranges(const toml::node& node, Config& config) {
    std::vector<std::string> ranges;
    const auto read = texts(
        "an array of addresses and networks like [\"10.0.0.0/8\", \"::1\"]",
        [](std::string_view range) { return http::AddressRange::parse(range).has_value(); },
        [](auto& list) -> auto& { return list; });
    if (auto done = read(node, ranges); !done) return done;
    for (const auto& range : ranges)
        config.http.trusted_proxies.push_back(*http::AddressRange::parse(range));
    return {};
}

std::vector<ConfigKey> http_keys() {
    return {
        {"http.threads", integer(0, 256, [](Config& c) -> auto& { return c.http.threads; })},
        {"http.max_connections",
         integer(1, 1'000'000, [](Config& c) -> auto& { return c.http.max_connections; })},
        {"http.max_head_bytes",
         integer(1'024, 1'048'576, [](Config& c) -> auto& { return c.http.max_head_bytes; })},
        {"http.idle_seconds",
         seconds(1, 3'600, [](Config& c) -> auto& { return c.http.idle_timeout; })},
        {"http.head_seconds",
         seconds(1, 600, [](Config& c) -> auto& { return c.http.head_timeout; })},
        {"http.body_seconds",
         seconds(1, 600, [](Config& c) -> auto& { return c.http.body_timeout; })},
        {"http.body_bytes_per_second",
         integer(0, 1'000'000, [](Config& c) -> auto& { return c.http.body_bytes_per_second; })},
        {"http.write_seconds",
         seconds(1, 600, [](Config& c) -> auto& { return c.http.write_timeout; })},
        {"http.trusted_proxies", address_ranges},
    };
}

std::vector<ConfigKey> tls_keys() {
    return {
        {"tls.listen", text([](Config& c) -> auto& { return c.tls.listen; })},
        {"tls.cert", text([](Config& c) -> auto& { return c.tls.certificate; })},
        {"tls.key", text([](Config& c) -> auto& { return c.tls.key; })},
        {"tls.min_version",
         either("1.2", "1.3", [](Config& c) -> auto& { return c.tls.only_tls13; })},
        {"tls.handshake_seconds",
         seconds(1, 600, [](Config& c) -> auto& { return c.tls.handshake_timeout; })},
        {"tls.hsts_seconds", seconds(0, 63'072'000, [](Config& c) -> auto& { return c.tls.hsts; })},
    };
}

std::vector<ConfigKey> machine_keys() {
    return {
        {"cache.renditions_mb",
         integer(
             0, 1'000'000, [](Config& c) -> auto& { return c.photo_cache.rendition_cache_bytes; },
             kMega)},
        {"cache.photos",
         integer(0, 100'000'000,
                 [](Config& c) -> auto& { return c.photo_cache.photo_cache_entries; })},
        {"cache.users", integer(0, 100'000'000, [](Config& c) -> auto& { return c.cached_users; })},
        {"cache.tokens",
         integer(0, 10'000'000, [](Config& c) -> auto& { return c.cached_tokens; })},
        {"image.workers", integer(1, 256, [](Config& c) -> auto& { return c.image.workers; })},
        {"image.worker", text([](Config& c) -> auto& { return c.image.program; })},
        {"image.worker_memory_mb",
         integer(256, 65'536, [](Config& c) -> auto& { return c.image.process.memory_mb; })},
        {"image.cpu_seconds", seconds(1, 600, [](Config& c) -> auto& { return c.image.cpu; })},
        {"image.wall_seconds", seconds(1, 600, [](Config& c) -> auto& { return c.image.wall; })},
        {"storage.threads", integer(1, 256, [](Config& c) -> auto& { return c.store_threads; })},
        {"storage.list_threads",
         integer(1, 256, [](Config& c) -> auto& { return c.list_threads; })},
        {"storage.queue", integer(1, 1'000'000, [](Config& c) -> auto& { return c.queue_limit; })},
        {"storage.retired_blob_grace_seconds",
         seconds(0, 31'536'000, [](Config& c) -> auto& { return c.retired_blob_grace; })},
        {"storage.lost_blob_days",
         days(1, 36'500, [](Config& c) -> auto& { return c.lost_blob_life; })},
        {"storage.former_photo_days",
         days(0, 36'500, [](Config& c) -> auto& { return c.former_photo_days; })},
    };
}

const std::vector<ConfigKey>& keys() {
    static const std::vector<ConfigKey> kAll = [] {
        std::vector<ConfigKey> joined;
        for (const auto& part : {answer_keys(), limit_keys(), rate_keys(), http_keys(), tls_keys(),
                                 web_keys(), machine_keys()})
            joined.insert(joined.end(), part.begin(), part.end());
        return joined;
    }();
    return kAll;
}

const std::vector<TableArray<Config>>& table_arrays() {
    static const std::vector<TableArray<Config>> kAll{tenant_tables(), issuer_tables()};
    return kAll;
}

bool is_table_name(std::string_view name) {
    return std::ranges::any_of(keys(), [&](const ConfigKey& key) {
        return key.name.starts_with(name) && key.name.substr(name.size()).starts_with('.');
    });
}

Result<void> read_table(const toml::table& table, const TablePlace& place, Config& config) {
    for (const auto& [key, node] : table) {
        const std::string name = place.prefix + std::string(key.str());
        if (const auto* inner = node.as_table(); inner != nullptr && is_table_name(name)) {
            if (auto read = read_table(*inner, {place.file, name + '.'}, config); !read)
                return read;
            continue;
        }
        const auto array = std::ranges::find(table_arrays(), name, &TableArray<Config>::name);
        if (array != table_arrays().end()) {
            if (auto read = array->read(node, place, config); !read) return read;
            continue;
        }
        const auto known = std::ranges::find(keys(), name, &ConfigKey::name);
        if (known == keys().end()) return key_error(node, place, key.str(), "is not known");
        if (auto read = known->read(node, config); !read)
            return key_error(node, place, key.str(), read.error().detail);
    }
    return {};
}

// Whether a shared cache may store an answer with this Cache-Control (RFC 9111
// section 5.2.2). A directive after the first quoted value does not count: it may be part of one.
bool allows_shared_caching(std::string_view cache_control) {
    bool refused = false;
    for (const auto directive : split_list(cache_control.substr(0, cache_control.find('"')), ',')) {
        const auto name = directive.substr(0, directive.find('='));
        if (equals_ignoring_case(name, "public") || equals_ignoring_case(name, "s-maxage"))
            return true;
        refused = refused || equals_ignoring_case(directive, "private") ||
                  equals_ignoring_case(directive, "no-store");
    }
    return !refused;
}

// One limit for every module that handles the bytes. `file` is for the message.
Result<void> settle_upload_limits(const std::filesystem::path& file, Config& config) {
    auto& limits = config.limits;
    const auto in_flight = config.http.body_bytes_in_flight;
    if (limits.crop_bytes == kUnset)
        limits.crop_bytes =
            std::max(limits.bytes, std::min(photo::UploadLimits().crop_bytes, in_flight));
    if (limits.crop_bytes < limits.bytes)
        return fail(Fault::malformed,
                    fmt::format("{}: limits.crop_upload_bytes ({} bytes) is less than "
                                "limits.upload_bytes ({} bytes)",
                                file.string(), limits.crop_bytes, limits.bytes));
    if (in_flight < limits.crop_bytes)
        return fail(Fault::malformed,
                    fmt::format("{}: limits.bodies_in_flight_mb is less than one upload of {} "
                                "({} bytes)",
                                file.string(),
                                in_flight < limits.bytes ? "limits.upload_bytes"
                                                         : "limits.crop_upload_bytes",
                                in_flight < limits.bytes ? limits.bytes : limits.crop_bytes));
    config.graph.upload_bytes = config.http.max_body_bytes = limits.bytes;
    config.graph.crop_upload_bytes = limits.crop_bytes;
    return {};
}

}  // namespace

Result<Config> load_config(const std::filesystem::path& file) {
    Config config;
    config.limits.crop_bytes = kUnset;
    try {
        const auto table = toml::parse_file(file.string());
        if (auto read = read_table(table, {file, ""}, config); !read)
            return std::unexpected(std::move(read.error()));
    } catch (const toml::parse_error& error) {
        return fail(Fault::malformed, fmt::format("{}:{}: {}", file.string(),
                                                  error.source().begin.line, error.description()));
    }
    if (auto fine = check_web(config); !fine)
        return fail(Fault::malformed, fmt::format("{}: {}", file.string(), fine.error().detail));
    for (auto& origin : config.cors_origins) origin = graph::cors_origin(origin).value_or(origin);
    config.graph.embeddable_everywhere =
        std::ranges::find(config.cors_origins, "*") != config.cors_origins.end();
    if (!config.allow_shared_caching && allows_shared_caching(config.graph.cache_control))
        return fail(Fault::malformed,
                    fmt::format("{}: with cache_control = \"{}\" a shared cache could give one "
                                "person's photo to another: it must hold private or no-store, and "
                                "neither public nor s-maxage, unless allow_shared_caching = true",
                                file.string(), config.graph.cache_control));
    if (auto settled = settle_upload_limits(file, config); !settled)
        return std::unexpected(std::move(settled.error()));
    return config;
}

}  // namespace cameo::config
