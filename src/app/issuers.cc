#include "app/issuers.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stop_token>

#include "access/token.h"
#include "base/text.h"
#include "fetch/https_get.h"
#include "ops/log.h"

namespace cameo::app {
namespace {

access::Issuer fetched(const access::IssuerSettings& settings) {
    const auto get = [options = fetch::GetOptions{.ca_file = settings.ca_file}](
                         const std::string& url, const std::stop_token& stop) {
        return fetch::get(url, options, stop);
    };
    return {.settings = settings,
            .keys = std::make_unique<access::IssuerKeys>(
                settings.discovery, get, [](const std::string& text) { ops::log_info(text); },
                access::IssuerKeys::Timing{})};
}

}  // namespace

Result<void> check_issuers(const Config& config, const std::vector<directory::Tenant>& tenants) {
    for (const auto& issuer : config.issuers) {
        const bool known =
            issuer.tenant.empty() || std::ranges::any_of(tenants, [&](const auto& tenant) {
                return tenant.name == issuer.tenant || tenant.id == to_lower(issuer.tenant);
            });
        if (!known)
            return fail(Fault::malformed, fmt::format("the issuer {} names the tenant '{}', which "
                                                      "does not exist",
                                                      issuer.discovery, issuer.tenant));
    }
    if (config.issuers.empty() && !config.builtin_issuer)
        return fail(Fault::malformed,
                    "the built-in issuer is switched off and there is no [[issuer]]: nobody could "
                    "come in");
    return {};
}

std::vector<access::Issuer> make_issuers(const Config& config, const access::SigningKey& key) {
    std::vector<access::Issuer> issuers;
    if (config.builtin_issuer) issuers.push_back(access::builtin_issuer(key));
    for (const auto& settings : config.issuers) issuers.push_back(fetched(settings));
    return issuers;
}

std::string issuer_troubles(const std::vector<access::Issuer>& issuers) {
    std::string text;
    for (const auto& issuer : issuers)
        if (const auto trouble = issuer.keys->trouble(); !trouble.empty())
            text += fmt::format("issuer {}: {}; {}\n", issuer.keys->discovery(), trouble,
                                issuer.keys->current() ? "its keys fetched before are used"
                                                       : "its tokens are not accepted yet");
    return text;
}

bool some_issuer_has_keys(const std::vector<access::Issuer>& issuers) {
    return std::ranges::any_of(
        issuers, [](const auto& issuer) { return issuer.keys->current() != nullptr; });
}

}  // namespace cameo::app
