#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "graph/audit.h"

namespace cameo::graph {

// What the web page must know: docs/cameo-api.md, "The configuration of the page".
struct WebSettings {
    std::string version;                      // of this program
    std::string issuer;                       // `[web] issuer`; empty for none
    std::string client_id;                    // `[web] client_id`
    std::vector<std::string> scopes;          // `[web] scopes`
    bool builtin_issuer = true;               // `[builtin_issuer] enabled`
    std::chrono::days former_photo_days{30};  // `[storage] former_photo_days`
};

// The configuration of replies. Read once at start.
struct Settings {
    // `public_url`: origin of the links in replies, without a slash at its end. Empty: the scheme
    // and host of the request, or those that a trusted proxy sent.
    std::string public_url;
    // `context_url`: origin of `@odata.context` alone, without a slash at its end. Empty: that of
    // the links. For programs that compare contexts with Microsoft's.
    std::string context_url;
    // `team_web_url`: the webUrl of a team, with `{id}` and perhaps `{tenant}` in it; empty: null.
    std::string team_web_url;
    // `missing_metadata = "1x1"`: metadata of a photo that does not exist is 200 with a 1x1
    // picture.
    bool missing_metadata_is_1x1 = false;
    // `oversize = "nearest"`: a GET of a size that does not exist returns the largest smaller size.
    bool oversize_is_nearest = false;
    // `size_id_case = "upper"`: ids as 240X240.
    bool upper_case_size_ids = false;
    // `cache_control`: of a photo's bytes and metadata.
    std::string cache_control = "private, no-cache";
    // `[cors] origins`, as from cors_origin(): whose web pages may read replies.
    std::vector<std::string> cors_origins;
    // `[cors] origins` contains "*": pages of every origin may embed a photo's bytes.
    bool embeddable_everywhere = false;
    // `not_found_max_age`, seconds: how long a client may cache that there is no photo.
    std::chrono::seconds not_found_max_age{60};
    // `[limits] upload_bytes`: also the limit of a compressed upload after decompression.
    std::size_t upload_bytes = 4'000'000;
    // `[limits] crop_upload_bytes`: the same for uploads with a crop and for previews.
    std::size_t crop_upload_bytes = 25'000'000;
    // `[limits] json_bytes`: of a JSON body.
    std::size_t json_bytes = 1'000'000;
    // `[limits] request_seconds`: how long a request may take after all of it has arrived: the wait
    // for a thread, the stores and the picture pipeline.
    std::chrono::milliseconds request_time{30'000};
    // `[log] audit`
    AuditLevel audit = AuditLevel::writes;
    // `[[tenant]] domains`, by tenant id: if a tenant has domains, each userPrincipalName must end
    // in one of them.
    std::map<std::string, std::vector<std::string>> domains_of_tenant;
    // `[[tenant]] name`, by tenant id.
    std::map<std::string, std::string> name_of_tenant;
    // `[access] photo_admin_roles`: shown by /admin/people/photoUpdateSettings.
    std::vector<std::string> photo_admin_roles;
    WebSettings web;
};

}  // namespace cameo::graph
