#pragma once

#include <memory>

#include "access/authenticator.h"
#include "access/rate_limiter.h"
#include "access/user_resolver.h"
#include "app/config.h"
#include "app/data_folder.h"
#include "app/face.h"
#include "app/housekeeping.h"
#include "app/server_logs.h"
#include "app/store_watch.h"
#include "base/clock.h"
#include "base/work_pool.h"
#include "directory/directory.h"
#include "graph/service.h"
#include "image_worker/worker_renderer.h"
#include "ops/audit_log.h"
#include "photo/photos.h"
#include "photo/sweep.h"
#include "transfer/direct_desk.h"

namespace cameo::app {

// The whole server, wired: made in this order, ended in the reverse. The one place that says which
// store, which renderer and which face serve together.
struct Parts {
    Parts(Config settings, DataFolder data, ServerLogs destinations);
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;
    ~Parts() = default;

    const directory::Tenant& tenant() const { return folder.tenants.front(); }
    Readiness readiness();  // never blocks

    SystemClock clock;
    Config config;
    ServerLogs logs;
    DataFolder folder;
    image_worker::WorkerRenderer renderer;
    photo::Photos photos;
    directory::Directory directory;
    access::Authenticator authenticator;
    access::UserResolver people;
    access::Throttle throttle;
    ops::AuditLog audit;
    WorkPool uploads;
    graph::Service service;
    StoreWatch store_watch;
    Face face;
    photo::GcLock gate;
    transfer::DirectDesk
        desk;  // what the commands of this machine ask for, over the control socket
    Housekeeping housekeeping;
};

}  // namespace cameo::app
