#pragma once

#include <memory>
#include <string>
#include <vector>

#include "access/authenticator.h"
#include "access/builtin_issuer.h"
#include "access/issuer_keys.h"
#include "access/rate_limiter.h"
#include "access/sign_in.h"
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
#include "server/operator_pages.h"
#include "server/server_logs.h"
#include "server/store_health.h"
#include "server/web_page.h"
#include "transfer/photo_service.h"

namespace cameo::server {

// The server process: its objects and their dependencies. Created in this order, destroyed in
// reverse. The only code that selects the store, the renderer and the handler of requests.
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
    access::SignIn sign_in;
    ops::AuditLog audit;
    graph::WorkPools pools;
    graph::Service service;  // calls `pages`, so no request may come before that exists
    StoreHealth store_health;
    OperatorPages pages;
    WebPage web_page;
    transfer::LocalPhotoService
        photo_service;  // for the commands of this machine, over the control socket
    GarbageCollector garbage_collector;
};

// Writes to the audit log, which is borrowed.
graph::AuditSink audit_sink(ops::AuditLog& log, const Clock& clock);

// Fault::malformed if an issuer names a tenant that does not exist, or there is no issuer.
Result<void> check_issuers(const config::Config& config,
                           const std::vector<directory::Tenant>& tenants);

// The configured issuers, which begin to fetch their keys, and the built-in one.
std::vector<access::Issuer> make_issuers(const config::Config& config,
                                         const access::SigningKey& key);

// Whether the last fetch of each issuer's keys succeeded.
bool all_issuers_are_fresh(const std::vector<access::Issuer>& issuers);

// Whether at least one issuer has keys, so that a token can be accepted.
bool some_issuer_has_keys(const std::vector<access::Issuer>& issuers);

}  // namespace cameo::server
