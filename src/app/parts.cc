#include "app/parts.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "app/tenants.h"
#include "graph/photo_content.h"
#include "ops/log.h"

namespace cameo::app {
namespace {

constexpr std::chrono::seconds kReadyTime{1};

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

bool answers(directory::Store& store, const std::string& tenant) {
    return store.users().list({.tenant = tenant}, {.top = 1}, deadline_in(kReadyTime)).has_value();
}

}  // namespace

Parts::Parts(Config settings, DataFolder data)
    : config(with_domains(std::move(settings), data.tenants)),
      folder(std::move(data)),
      studio(config.image, config.limits),
      photos(folder.database->catalog(), *folder.blobs, studio, clock, labeler(config.graph),
             config.photo_cache),
      directory(folder.database->directory(), config.cached_users),
      authenticator(folder.key, folder.tenants, clock, config.cached_tokens,
                    config.photo_admin_roles),
      service(authenticator, directory, photos, clock, config.graph, log_fault),
      face(service, clock, config,
           [this] { return answers(folder.database->directory(), tenant().id); }),
      desk({folder.database->directory(), folder.database->catalog(), *folder.blobs, photos, gate},
           config.limits),
      housekeeping(folder.database->catalog(), *folder.blobs, gate, clock,
                   config.retired_blob_grace) {}

}  // namespace cameo::app
