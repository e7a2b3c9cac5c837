#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "graph/audit.h"

namespace cameo::graph {

// What an operator may choose about the answers. Read once at start.
struct Settings {
    // `public_url`: origin of the links in answers, without a slash at its end. Empty: the scheme
    // and host by which the client asked, as the request or a trusted proxy says.
    std::string public_url;
    // `missing_metadata = "1x1"`: metadata of a photo that does not exist is 200 with a 1x1
    // picture.
    bool missing_metadata_is_1x1 = false;
    // `oversize = "nearest"`: a size that does not exist is answered with the largest smaller one.
    bool oversize_is_nearest = false;
    // `size_id_case = "upper"`: ids as 240X240.
    bool upper_case_size_ids = false;
    // `cache_control`: of a photo's bytes and metadata.
    std::string cache_control = "private, no-cache";
    // `[cors] origins` holds "*": pages of every origin may embed a photo's bytes.
    bool embeddable_everywhere = false;
    // `not_found_max_age`, seconds: how long a client may remember that there is no photo.
    std::chrono::seconds not_found_max_age{60};
    // `[limits] upload_bytes`: also the bound on what a compressed upload inflates to.
    std::size_t upload_bytes = 4'000'000;
    // `[limits] json_bytes`: of a JSON body.
    std::size_t json_bytes = 1'000'000;
    // `[limits] request_seconds`: how long a request may take from when all of it has arrived: its
    // wait for a thread, the stores and the picture pipeline.
    std::chrono::milliseconds request_time{30'000};
    // `[log] audit`
    AuditLevel audit = AuditLevel::writes;
    // `[[tenant]] domains`, by tenant id: where a tenant has some, a userPrincipalName ends in one.
    std::map<std::string, std::vector<std::string>> domains_of_tenant;
};

}  // namespace cameo::graph
