#include "server/application.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/builtin_issuer.h"
#include "access/issuer_settings.h"
#include "base/text.h"
#include "fetch/https_get.h"
#include "graph/photo_content.h"
#include "ops/log.h"
#include "server/program.h"
#include "server/tenants.h"

namespace cameo::server {
namespace {

constexpr std::chrono::seconds kProbeTime{1};

photo::HeaderBuilder header_builder(const graph::Settings& settings) {
    return [&settings](const photo::Photo& photo, const photo::Rendition&) {
        return graph::content_fields(photo, settings);
    };
}

config::Config complete(config::Config config, const std::vector<directory::Tenant>& tenants) {
    config.graph.domains_of_tenant = domains_by_tenant(config.tenants, tenants);
    for (const auto& tenant : tenants) config.graph.name_of_tenant[tenant.id] = tenant.name;
    config.graph.photo_admin_roles = config.photo_admin_roles;
    config.graph.cors_origins = config.cors_origins;
    config.graph.web = {.version = kVersion,
                        .issuer = config.web.issuer,
                        .client_id = config.web.client_id,
                        .scopes = config.web.scopes,
                        .builtin_issuer = config.builtin_issuer,
                        .former_photo_days = config.photo_cache.former_photo_days};
    return config;
}

void log_fault(std::string_view request_id, const Error& error) {
    ops::log_error(error.cause.empty()
                       ? fmt::format("request {}: {}", request_id, error.detail)
                       : fmt::format("request {}: {} ({})", request_id, error.detail, error.cause));
}

Result<void> ask(directory::Store& store, const std::string& tenant) {
    const auto page = store.users().list({.tenant = tenant}, {.top = 1}, deadline_in(kProbeTime));
    if (!page) return std::unexpected(page.error());
    return {};
}

access::Issuer fetched(const access::IssuerSettings& settings,
                       const std::shared_ptr<access::IssuerNames>& names) {
    const auto get = [options = fetch::GetOptions{.ca_file = settings.ca_file}](
                         const std::string& url, const std::stop_token& stop) {
        return fetch::get(url, options, stop);
    };
    return {.settings = settings,
            .keys = std::make_unique<access::IssuerKeys>(
                settings.discovery, get, [](const std::string& text) { ops::log_info(text); },
                access::IssuerKeys::Timing{},
                [settings, names](const std::string& issuer) {
                    return names->accept(settings, issuer);
                })};
}

}  // namespace

graph::AuditSink audit_sink(ops::AuditLog& log, const Clock& clock) {
    return [&log, &clock](const graph::AuditRecord& record) {
        log.write({.time = clock.now(),
                   .tenant = record.tenant,
                   .user = record.user,
                   .app = record.app,
                   .method = record.method,
                   .target = record.target,
                   .resource = record.resource,
                   .status = record.status,
                   .request_id = record.request_id,
                   .remote = record.remote},
                  record.must_be_kept ? ops::Loss::refused : ops::Loss::allowed);
    };
}

Application::Application(config::Config settings, DataFolder data, ServerLogs destinations)
    : config(complete(std::move(settings), data.tenants)),
      logs(std::move(destinations)),
      folder(std::move(data)),
      renderer(config.image, config.limits),
      gc_lock(folder.database->catalog(), clock),
      photos(folder.database->catalog(), *folder.blobs, gc_lock, renderer, clock,
             header_builder(config.graph), config.photo_cache),
      directory(folder.database->directory(), config.cached_users),
      authenticator(make_issuers(config, folder.key), folder.tenants, clock, config.cached_tokens,
                    config.photo_admin_roles),
      people(directory, config.graph.domains_of_tenant,
             [](const std::string& text) { ops::log_info(text); }),
      throttle(config.throttle),
      sign_in(folder.database->sign_in_codes(), folder.key, clock),
      audit(logs.audit),
      pools({.store_threads = config.store_threads,
             .list_threads = config.list_threads,
             .upload_threads = config.upload_threads(),
             .queue_limit = config.queue_limit,
             .caller_queue_limit = config.caller_queue_limit()}),
      service({authenticator, people, throttle, config.builtin_issuer ? &sign_in : nullptr},
              directory, photos, clock, config.graph,
              {.faults = log_fault,
               .audit = audit_sink(audit, clock),
               .audit_has_room = [this] { return audit.has_room(); },
               .finished = [this](const auto& request) { pages.finished(request); },
               .other_pages = [this](const auto& request) { return pages.start(request); }},
              pools),
      store_health([this] { return ask(folder.database->directory(), tenant().id); },
                   ops::log_error),
      pages(
          service, clock, config, logs, [this] { return readiness(); },
          [this] { return renderer.waiting(); }),
      web_page(web_files(), config.web.issuer),
      photo_service({folder.database->directory(), folder.database->catalog(), *folder.blobs,
                     photos, gc_lock},
                    config.limits),
      garbage_collector(folder.database->catalog(), *folder.blobs, gc_lock, clock,
                        {.retired_grace = config.retired_blob_grace,
                         .set_aside_life = config.lost_blob_life,
                         .former_photo_life = config.photo_cache.former_photo_days}) {}

Readiness Application::readiness() {
    Readiness now{.ready = true};
    const auto& issuers = authenticator.issuers();
    if (!store_health.answers()) now = {false, "store\n"};
    if (!all_issuers_are_fresh(issuers)) now.remarks += "issuer keys\n";
    now.ready = now.ready && some_issuer_has_keys(issuers);
    return now;
}

Result<void> check_issuers(const config::Config& config,
                           const std::vector<directory::Tenant>& tenants) {
    for (const auto& issuer : config.issuers) {
        const bool known =
            issuer.tenant.empty() || std::ranges::any_of(tenants, [&](const auto& tenant) {
                return tenant.name == issuer.tenant || tenant.id == to_lower(issuer.tenant);
            });
        if (!known)
            return fail(Fault::malformed,
                        fmt::format("the issuer {} names the tenant '{}', which "
                                    "does not exist: correct `tenant` of that "
                                    "[[issuer]], or add a [[tenant]] of that name",
                                    issuer.discovery, issuer.tenant));
    }
    if (config.issuers.empty() && !config.builtin_issuer)
        return fail(Fault::malformed,
                    "the built-in issuer is switched off and there is no [[issuer]]: no token "
                    "could be accepted. Set [builtin_issuer] enabled = true or add an [[issuer]]");
    return {};
}

std::vector<access::Issuer> make_issuers(const config::Config& config,
                                         const access::SigningKey& key) {
    std::vector<access::Issuer> issuers;
    if (config.builtin_issuer) issuers.push_back(access::builtin_issuer(key));
    const auto names = std::make_shared<access::IssuerNames>(config.issuers);
    for (const auto& settings : config.issuers) issuers.push_back(fetched(settings, names));
    return issuers;
}

bool all_issuers_are_fresh(const std::vector<access::Issuer>& issuers) {
    return std::ranges::all_of(issuers,
                               [](const auto& issuer) { return issuer.keys->failure().empty(); });
}

bool some_issuer_has_keys(const std::vector<access::Issuer>& issuers) {
    return std::ranges::any_of(
        issuers, [](const auto& issuer) { return issuer.keys->current() != nullptr; });
}

}  // namespace cameo::server
