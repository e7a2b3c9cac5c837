#pragma once

#include <memory>
#include <string>
#include <vector>

#include "access/authenticator.h"
#include "access/builtin_issuer.h"
#include "access/issuer_keys.h"
#include "access/rate_limiter.h"
#include "access/user_resolver.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/work_pool.h"
#include "config/config.h"
#include "directory/directory.h"
#include "directory/objects.h"
#include "graph/service.h"
#include "image_worker/worker_renderer.h"
#include "ops/request_logs.h"
#include "photo/photos.h"
#include "photo/sweep.h"
#include "server/data_folder.h"
#include "server/garbage_collector.h"
#include "server/request_router.h"
#include "server/server_logs.h"
#include "server/store_health.h"
#include "transfer/photo_service.h"

namespace cameo::server {

// The server process: its objects and how they are connected. Made in this order, ended in
// the reverse. The one place that says which store, which renderer and which request router serve
// together.
struct Application {
    Application(config::Config settings, DataFolder data, ServerLogs destinations);
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;
    ~Application() = default;

    const directory::Tenant& tenant() const { return folder.tenants.front(); }
    Readiness readiness();  // never blocks

    SystemClock clock;
    config::Config config;
    ServerLogs logs;
    DataFolder folder;
    image_worker::WorkerRenderer renderer;
    photo::GcLock gc_lock;
    photo::Photos photos;
    directory::Directory directory;
    access::Authenticator authenticator;
    access::UserResolver people;
    access::Throttle throttle;
    ops::AuditLog audit;
    graph::WorkPools pools;
    graph::Service service;
    StoreHealth store_health;
    RequestRouter router;
    transfer::LocalPhotoService
        photo_service;  // what the commands of this machine ask for, over the control socket
    GarbageCollector garbage_collector;
};

// Writes to the audit log, which is borrowed.
graph::AuditSink audit_sink(ops::AuditLog& log, const Clock& clock);

// Fault::malformed where an issuer names a tenant that does not exist, or no issuer is left.
Result<void> check_issuers(const config::Config& config,
                           const std::vector<directory::Tenant>& tenants);

// The configured ones, which begin to fetch their keys at once, and the built-in one.
std::vector<access::Issuer> make_issuers(const config::Config& config,
                                         const access::SigningKey& key);

// Whether the keys of each could be fetched last time.
bool all_issuers_are_fresh(const std::vector<access::Issuer>& issuers);

// Whether one of them has keys, so that a token can be accepted.
bool some_issuer_has_keys(const std::vector<access::Issuer>& issuers);

}  // namespace cameo::server
