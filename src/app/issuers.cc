#include "app/issuers.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stop_token>

#include "access/builtin_issuer.h"
#include "access/issuer_settings.h"
#include "base/text.h"
#include "fetch/https_get.h"
#include "ops/log.h"

namespace cameo::app {
namespace {

access::Issuer fetched(const access::IssuerSettings& settings,
                       const std::shared_ptr<access::IssuerNames>& names) {
    const auto get = [options = fetch::GetOptions{.ca_file = settings.ca_file}](
                         const std::string& url, const std::stop_token& stop) {
        return fetch::get(url, options, stop);
    };
    return {.settings = settings,
            .keys = std::make_unique<access::IssuerKeys>(
                settings.discovery, get, [](const std::string& text) { ops::log_info(text); },
                access::IssuerKeys::Timing{},
                [settings, names](const std::string& issuer) {
                    return names->accept(settings, issuer);
                })};
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
    const auto names = std::make_shared<access::IssuerNames>(config.issuers);
    for (const auto& settings : config.issuers) issuers.push_back(fetched(settings, names));
    return issuers;
}

bool all_issuers_are_fresh(const std::vector<access::Issuer>& issuers) {
    return std::ranges::all_of(issuers,
                               [](const auto& issuer) { return issuer.keys->failure().empty(); });
}

bool some_issuer_has_keys(const std::vector<access::Issuer>& issuers) {
    return std::ranges::any_of(
        issuers, [](const auto& issuer) { return issuer.keys->current() != nullptr; });
}

}  // namespace cameo::app
