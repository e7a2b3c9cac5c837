#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "access/issuer_settings.h"
#include "access/rate_limiter.h"
#include "base/result.h"
#include "directory/objects.h"
#include "graph/settings.h"
#include "http/server.h"
#include "image_worker/worker_renderer.h"
#include "photo/image_renderer.h"
#include "photo/photos.h"

namespace cameo::config {

// One `[[tenant]]` of the configuration: docs/configuration.md.
struct TenantSettings {
    std::string name;                                          // name: unique among them
    directory::TenantKind kind = directory::TenantKind::work;  // kind = "work"|"personal"|"b2c"
    std::vector<std::string> domains;  // domains: of userPrincipalNames; empty for any
    std::string id;                    // id, lower case; empty: its own, or a new one
};

// [tls]: as in the file. The command line and the data folder may replace values.
struct TlsConfig {
    std::string listen;                          // listen: HOST:PORT; empty for none
    std::string certificate;                     // cert: PEM file
    std::string key;                             // key: PEM file
    bool only_tls13 = false;                     // min_version = "1.2" | "1.3"
    std::chrono::seconds handshake_timeout{10};  // handshake_seconds
    std::chrono::seconds hsts{31'536'000};       // hsts_seconds: 0 for none
};

// [web]: the page for people and administrators, docs/web.md.
struct WebConfig {
    bool enabled = true;    // enabled
    std::string listen;     // listen: HOST:PORT of its own; empty: the addresses of the API
    std::string issuer;     // issuer: where people sign in, one of the [[issuer]]s; empty for none
    std::string client_id;  // client_id: the page's at that issuer
    // scopes: what the page asks that issuer for
    std::vector<std::string> scopes{"openid", "User.ReadWrite", "User.ReadBasic.All"};
};

// All settings, with their defaults. The comment of each member, or of the struct of its
// module, has its key. docs/configuration.md describes them for operators.
struct Config {
    graph::Settings graph;
    http::ServerSettings http;
    photo::UploadLimits limits;
    photo::Photos::Settings photo_cache;
    image_worker::WorkerRenderer::Settings image;
    std::size_t cached_users = 100'000;  // [cache] users
    std::size_t cached_tokens = 50'000;  // [cache] tokens
    std::size_t store_threads = 4;       // [storage] threads
    std::size_t list_threads = 2;        // [storage] list_threads
    std::size_t queue_limit = 1'024;     // [storage] queue: requests that may wait for a pool
    // Per caller, so that the queue always has space for requests of others.
    std::size_t caller_queue_limit() const { return (queue_limit + 1) / 2; }
    // More threads than workers: while some uploads are stored, others keep the workers busy.
    std::size_t upload_threads() const { return 2 * image.workers; }
    std::chrono::seconds retired_blob_grace{3'600};  // [storage] retired_blob_grace_seconds
    std::chrono::days lost_blob_life{30};            // [storage] lost_blob_days
    std::vector<TenantSettings> tenants;             // [[tenant]]
    // [access] photo_admin_roles: entries of `wids`, in addition to those that access/permissions
    // has
    std::vector<std::string> photo_admin_roles;
    std::vector<std::string> cors_origins{"loopback"};  // [cors] origins: see graph/cors.h
    TlsConfig tls;
    WebConfig web;
    std::vector<access::IssuerSettings> issuers;  // [[issuer]]
    bool builtin_issuer = true;                   // [builtin_issuer] enabled
    bool allow_shared_caching = false;            // allow_shared_caching: see cache_control
    // [limits] requests_per_second, requests_burst, uploads_..., app_uploads_..., refusals_...
    access::Throttle::Settings throttle;
    bool access_log = true;  // [log] access = "stdout" | "off"
    // [log] access_file; empty: standard output
    std::filesystem::path access_file;
    // [log] audit_file; empty: standard output. The level is in graph.
    std::filesystem::path audit_file;
};

// Reads a TOML file. Fault::malformed with file, line and the key's name if a key is unknown, a
// value has the wrong type or is out of range, or the file is not TOML.
Result<Config> load_config(const std::filesystem::path& file);

}  // namespace cameo::config
