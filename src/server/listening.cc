#include "server/listening.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <thread>
#include <utility>

#include "base/text.h"
#include "ops/log.h"
#include "server/dev_certificate.h"

namespace cameo::server {

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
        return std::nullopt;
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return ListenAddress{std::string(host), port};
}

std::string origin_of(std::string_view scheme, const std::string& host, std::uint16_t port) {
    const bool v6 = host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", scheme, v6 ? "[" : "", host, v6 ? "]" : "", port);
}

namespace {

// A setting with its name, an option or a key, for errors.
struct Setting {
    std::string value;
    const char* name;
};

Setting choose(const std::string& option, const char* option_name, const std::string& key,
               const char* key_name) {
    return option.empty() ? Setting{key, key_name} : Setting{option, option_name};
}

Result<ListenAddress> address_of(const Setting& text) {
    if (auto address = parse_listen_address(text.value)) return *address;
    return fail(Fault::malformed, fmt::format("{} {} is not HOST:PORT", text.name, text.value));
}

void log_notice(const http::Notice& notice) {
    if (notice.is_warning)
        ops::log_error(notice.text);
    else
        ops::log_info(notice.text);
}

// Certificate and key: both or neither.
Result<std::pair<std::string, std::string>> pair_of(const ListenOptions& options,
                                                    const std::filesystem::path& data,
                                                    const config::TlsConfig& config) {
    const auto cert = choose(options.tls_cert, "--tls-cert", config.certificate, "tls.cert");
    const auto key = choose(options.tls_key, "--tls-key", config.key, "tls.key");
    if (cert.value.empty() != key.value.empty())
        return fail(Fault::malformed,
                    fmt::format("{} needs {}", cert.value.empty() ? key.name : cert.name,
                                cert.value.empty() ? "--tls-cert" : "--tls-key"));
    if (!cert.value.empty()) return std::pair(cert.value, key.value);
    const auto made = dev_ca_files(data);
    std::error_code error;
    if (std::filesystem::exists(made.certificate, error))
        return std::pair(made.certificate.string(), made.key.string());
    return fail(Fault::malformed,
                fmt::format("HTTPS needs --tls-cert and --tls-key, or the certificate that 'cameo "
                            "dev-cert --data {}' makes",
                            data.string()));
}

// RFC 6797; it applies to every port of the host.
std::string hsts_line(std::chrono::seconds age) {
    if (age.count() == 0) return {};
    return fmt::format("Strict-Transport-Security: max-age={}\r\n", age.count());
}

// In lower case; empty for a text without a scheme.
std::string host_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    return to_lower(url.substr(0, url.find_first_of(":/")));
}

// With HSTS for localhost a browser would refuse every other service there that has no TLS.
bool names_localhost(std::string_view url) {
    const auto host = host_of(url);
    return host == "localhost" || host.ends_with(".localhost");
}

void warn_of_microsoft(std::string_view url) {
    if (!is_host_of_graph(url)) return;
    ops::log_error(fmt::format(
        "public_url is {}, a host of Microsoft Graph: every client that follows a link of this "
        "server sends its token there, unless a proxy leads that name to this server. For programs "
        "that compare '@odata.context' with Microsoft's, set context_url instead "
        "(docs/configuration.md)",
        url));
}

constexpr std::size_t kForFilesAndCommands = 64;
constexpr std::size_t kPerIoThread = 5;  // epoll, eventfd, timer, two listening sockets
constexpr std::size_t kPerWorker = 4;
constexpr std::size_t kPerPoolThread = 4;  // two of the database, two of a blob
// An upload uses the database, then a blob, never both: two, and one for idle connections.
constexpr std::size_t kPerUploadThread = 3;
constexpr std::size_t kFewestConnections = 16;

std::size_t pool_threads(const config::Config& config) {
    constexpr std::size_t kOthers = 7;  // for issuers, metrics and the items of batches
    return 2 * config.store_threads + config.list_threads + kOthers;
}

}  // namespace

bool is_host_of_graph(std::string_view url) {
    const auto host = host_of(url);
    constexpr std::array<std::string_view, 5> kDomains{
        "microsoft.com", "microsoft.us", "microsoft.de", "microsoftazure.us", "chinacloudapi.cn"};
    return std::ranges::any_of(kDomains, [&](std::string_view domain) {
        return host == domain || host.ends_with(fmt::format(".{}", domain));
    });
}

Result<void> apply_listen_options(const ListenOptions& options, const std::filesystem::path& data,
                                  config::Config& config) {
    const auto tls = choose(options.tls_listen, "--tls-listen", config.tls.listen, "tls.listen");
    if (tls.value.empty() && !(options.tls_cert.empty() && options.tls_key.empty()))
        return fail(Fault::malformed, "--tls-cert and --tls-key need --tls-listen");
    config.http.notify = log_notice;
    if (config.web.enabled && !config.web.listen.empty())
        if (auto fine = address_of({config.web.listen, "web.listen"}); !fine)
            return std::unexpected(std::move(fine.error()));
    const std::string& url = config.graph.public_url;
    warn_of_microsoft(url);
    if (url.starts_with("https://") && !names_localhost(url))
        config.http.fixed_fields = hsts_line(config.tls.hsts);
    config.http.plain = tls.value.empty() || !options.listen.empty();
    if (config.http.plain) {
        auto address = address_of(choose(options.listen, "--listen", kDefaultListenAddress, ""));
        if (!address) return std::unexpected(std::move(address.error()));
        config.http.host = std::move(address->host);
        config.http.port = address->port;
    }
    if (tls.value.empty()) return {};
    auto address = address_of(tls);
    if (!address) return std::unexpected(std::move(address.error()));
    auto files = pair_of(options, data, config.tls);
    if (!files) return std::unexpected(std::move(files.error()));
    std::error_code error;
    if (!std::filesystem::equivalent(files->first, dev_ca_files(data).certificate, error) &&
        !names_localhost(url))
        config.http.fixed_tls_fields = hsts_line(config.tls.hsts);
    config.http.tls = http::TlsSettings{.host = std::move(address->host),
                                        .port = address->port,
                                        .certificate = std::move(files->first),
                                        .key = std::move(files->second),
                                        .only_tls13 = config.tls.only_tls13,
                                        .handshake_timeout = config.tls.handshake_timeout,
                                        .notify = log_notice};
    return {};
}

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    const rlimit raised{limit.rlim_max, limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    return limit.rlim_cur;
}

std::size_t descriptor_reserve(const config::Config& config) {
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    const auto io_threads = (config.http.threads > 0 ? config.http.threads : cores) +
                            (config.web.listen.empty() ? 0 : 1);
    return kForFilesAndCommands + kPerIoThread * io_threads + kPerWorker * config.image.workers +
           kPerPoolThread * pool_threads(config) + kPerUploadThread * config.upload_threads();
}

Result<std::string> fit_connections(std::size_t descriptors, config::Config& config) {
    const auto reserve = descriptor_reserve(config);
    const auto left = descriptors - std::min(descriptors, reserve);
    if (left < kFewestConnections)
        return fail(Fault::internal,
                    fmt::format("this process may open {} files, but {} are needed: raise the hard "
                                "limit (ulimit -Hn, LimitNOFILE=)",
                                descriptors, reserve + kFewestConnections));
    auto& http = config.http;
    if (http.max_connections + http.refused_at_once <= left) return "";
    http.refused_at_once = std::min(http.refused_at_once, left / 8);
    const auto most = std::min(http.max_connections, left - http.refused_at_once);
    if (most == http.max_connections) return "";
    return fmt::format(
        "max_connections is {} instead of {}: this process may open {} files, and {} are kept for "
        "other uses; raise the hard limit (ulimit -Hn, LimitNOFILE=) for more",
        most, std::exchange(http.max_connections, most), descriptors, reserve);
}

}  // namespace cameo::server
