#include "app/listening.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "app/dev_ca.h"
#include "app/listen_address.h"
#include "base/text.h"
#include "ops/log.h"

namespace cameo::app {
namespace {

struct Said {
    std::string value;
    const char* where;  // for a complaint
};

Said said(const std::string& option, const char* option_name, const std::string& key,
          const char* key_name) {
    return option.empty() ? Said{key, key_name} : Said{option, option_name};
}

Result<ListenAddress> address_of(const Said& text) {
    if (auto address = parse_listen_address(text.value)) return *address;
    return fail(Fault::malformed, fmt::format("{} {} is not HOST:PORT", text.where, text.value));
}

void log_notice(const http::Notice& notice) {
    if (notice.is_warning)
        ops::log_error(notice.text);
    else
        ops::log_info(notice.text);
}

// Both files or none.
Result<std::pair<std::string, std::string>> pair_of(const ListenOptions& options,
                                                    const std::filesystem::path& data,
                                                    const TlsConfig& config) {
    const auto cert = said(options.tls_cert, "--tls-cert", config.certificate, "tls.cert");
    const auto key = said(options.tls_key, "--tls-key", config.key, "tls.key");
    if (cert.value.empty() != key.value.empty())
        return fail(Fault::malformed,
                    fmt::format("{} needs {}", cert.value.empty() ? key.where : cert.where,
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

// Of RFC 6797, for every port of the host by which the browser came.
std::string hsts_line(std::chrono::seconds age) {
    if (age.count() == 0) return {};
    return fmt::format("Strict-Transport-Security: max-age={}\r\n", age.count());
}

// A browser that has it of localhost refuses whatever else a developer serves there without TLS.
bool names_localhost(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return false;
    url.remove_prefix(scheme + 3);
    const auto host = to_lower(url.substr(0, url.find_first_of(":/")));
    return host == "localhost" || host.ends_with(".localhost");
}

}  // namespace

Result<void> settle_listening(const ListenOptions& options, const std::filesystem::path& data,
                              Config& config) {
    const auto tls = said(options.tls_listen, "--tls-listen", config.tls.listen, "tls.listen");
    if (tls.value.empty() && !(options.tls_cert.empty() && options.tls_key.empty()))
        return fail(Fault::malformed, "--tls-cert and --tls-key need --tls-listen");
    config.http.notify = log_notice;
    const std::string& url = config.graph.public_url;
    if (url.starts_with("https://") && !names_localhost(url))
        config.http.fixed_fields = hsts_line(config.tls.hsts);
    config.http.plain = tls.value.empty() || !options.listen.empty();
    if (config.http.plain) {
        auto address = address_of(said(options.listen, "--listen", kUsualAddress, ""));
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

}  // namespace cameo::app
