#include "app/parts.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/issuers.h"
#include "app/tenants.h"
#include "graph/photo_content.h"
#include "ops/log.h"

namespace cameo::app {
namespace {

constexpr std::chrono::seconds kProbeTime{1};

photo::Labeler labeler(const graph::Settings& settings) {
    return [&settings](const photo::Photo& photo, const photo::Rendition&) {
        return graph::content_fields(photo, settings);
    };
}

Config with_domains(Config config, const std::vector<directory::Tenant>& tenants) {
    config.graph.domains_of_tenant = domains_by_tenant(config.tenants, tenants);
    return config;
}

void log_fault(std::string_view request_id, const Error& error) {
    ops::log_error(fmt::format("request {}: {}", request_id, error.detail));
}

graph::AuditSink audit_sink(ops::AuditLog& log, const Clock& clock) {
    return [&log, &clock](const graph::AuditRecord& record) {
        log.write({.time = clock.now(),
                   .tenant = record.tenant,
                   .user = record.user,
                   .app = record.app,
                   .method = record.method,
                   .target = record.target,
                   .whose = record.resource,
                   .status = record.status,
                   .request_id = record.request_id,
                   .remote = record.remote},
                  record.must_be_kept ? ops::Loss::refused : ops::Loss::allowed);
    };
}

Result<void> ask(directory::Store& store, const std::string& tenant) {
    const auto page = store.users().list({.tenant = tenant}, {.top = 1}, deadline_in(kProbeTime));
    if (!page) return std::unexpected(page.error());
    return {};
}

}  // namespace

Parts::Parts(Config settings, DataFolder data, ServerLogs destinations)
    : config(with_domains(std::move(settings), data.tenants)),
      logs(std::move(destinations)),
      folder(std::move(data)),
      renderer(config.image, config.limits),
      photos(folder.database->catalog(), *folder.blobs, renderer, clock, labeler(config.graph),
             config.photo_cache),
      directory(folder.database->directory(), config.cached_users),
      authenticator(make_issuers(config, folder.key), folder.tenants, clock, config.cached_tokens,
                    config.photo_admin_roles),
      people(directory, config.graph.domains_of_tenant,
             [](const std::string& text) { ops::log_info(text); }),
      throttle(config.throttle),
      audit(logs.audit),
      uploads("uploads", config.upload_threads(), config.queue_limit, config.caller_queue_limit()),
      service({authenticator, people, throttle}, directory, photos, clock, config.graph,
              {.faults = log_fault,
               .audit = audit_sink(audit, clock),
               .audit_has_room = [this] { return audit.has_room(); }},
              uploads),
      store_watch([this] { return ask(folder.database->directory(), tenant().id); },
                  ops::log_error),
      face(
          service, clock, config, logs, [this] { return readiness(); },
          [this] { return renderer.waiting(); }),
      gate(folder.database->catalog(), clock),
      desk({folder.database->directory(), folder.database->catalog(), *folder.blobs, photos, gate},
           config.limits),
      housekeeping(
          folder.database->catalog(), *folder.blobs, gate, clock,
          {.retired_grace = config.retired_blob_grace, .set_aside_life = config.lost_blob_life}) {}

Readiness Parts::readiness() {
    Readiness now{.ready = true};
    const auto& issuers = authenticator.issuers();
    if (!store_watch.answers()) now = {false, "store\n"};
    if (!all_issuers_are_fresh(issuers)) now.remarks += "issuer keys\n";
    now.ready = now.ready && some_issuer_has_keys(issuers);
    return now;
}

}  // namespace cameo::app
