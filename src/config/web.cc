#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/issuer_document.h"
#include "access/issuer_settings.h"
#include "config/tables.h"
#include "config/value_readers.h"

namespace cameo::config {
namespace {

// RFC 6749 section 3.3: scopes are separated by spaces.
bool is_scope(std::string_view text) {
    return text.find_first_of(" \"\\") == std::string_view::npos;
}

std::unexpected<Error> wrong(std::string_view key, std::string_view what) {
    return fail(Fault::malformed, fmt::format("the key 'web.{}' {}", key, what));
}

// The origin of the issuer is a part of a header field, the page's policy.
bool fits_policy(std::string_view url) {
    return url.find_first_of(";,'\"*") == std::string_view::npos;
}

}  // namespace

std::vector<Key<Config>> web_keys() {
    return {
        {"web.enabled", yes_or_no([](Config& c) -> auto& { return c.web.enabled; })},
        {"web.listen", text([](Config& c) -> auto& { return c.web.listen; })},
        {"web.issuer", name([](Config& c) -> auto& { return c.web.issuer; })},
        {"web.client_id", name([](Config& c) -> auto& { return c.web.client_id; })},
        {"web.scopes", texts("an array of scopes like [\"openid\", \"User.ReadWrite\"]", is_scope,
                             [](Config& c) -> auto& { return c.web.scopes; })},
    };
}

Result<void> check_web(const Config& config) {
    const auto& web = config.web;
    if (web.issuer.empty())
        return web.client_id.empty() ? Result<void>() : wrong("client_id", "needs web.issuer");
    if (web.client_id.empty())
        return wrong("issuer", "needs web.client_id, the page's client at that issuer");
    if (!access::is_fetchable(web.issuer) || !fits_policy(web.issuer))
        return wrong("issuer", "must be an https URL (http only to this machine)");
    if (web.scopes.empty()) return wrong("scopes", "must not be empty with web.issuer");
    const bool is_known = std::ranges::any_of(config.issuers, [&](const auto& issuer) {
        return access::is_reached_by(issuer, web.issuer);
    });
    if (is_known) return {};
    return wrong("issuer", fmt::format("is '{}', which no [[issuer]] has as its name or as the "
                                       "start of its discovery",
                                       web.issuer));
}

}  // namespace cameo::config
