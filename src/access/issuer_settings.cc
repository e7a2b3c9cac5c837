#include "access/issuer_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "access/issuer_document.h"
#include "access/issuer_name.h"
#include "access/token.h"
#include "base/text.h"

namespace cameo::access {

Result<void> check(const IssuerSettings& settings) {
    const auto wrong = [](std::string what) { return fail(Fault::malformed, std::move(what)); };
    if (!is_fetchable(settings.discovery))
        return wrong("discovery must be an https URL (http only to this machine)");
    const bool has_empty =
        std::ranges::any_of(settings.audiences, [](const auto& text) { return text.empty(); });
    if (settings.audiences.empty() || has_empty)
        return wrong("audience must be a list of what this server is called in tokens");
    if (std::ranges::any_of(settings.audiences, is_graphs_audience))
        return wrong("audience must not be Microsoft Graph: its tokens are not meant for others");
    if (settings.tenant.empty() == settings.tenant_claim.empty())
        return wrong("either tenant or tenant_claim must be given");
    if (settings.algorithms.empty()) return wrong("algorithms must not be empty");
    if (expected_issuer(settings).empty())
        return wrong(
            "discovery must end in /.well-known/openid-configuration, or issuer must be given");
    if (settings.issuer == kBuiltinIssuer)
        return wrong("issuer must not be the built-in issuer's name");
    return {};
}

Result<void> check_beside(const IssuerSettings& issuer, const std::vector<IssuerSettings>& others) {
    for (const auto& other : others) {
        if (other.discovery == issuer.discovery) {
            const auto shared = std::ranges::find_first_of(issuer.audiences, other.audiences);
            if (shared != issuer.audiences.end())
                return fail(Fault::malformed,
                            fmt::format("two [[issuer]] with the discovery {} have the audience "
                                        "'{}': a token would be of both",
                                        issuer.discovery, *shared));
            if (other.user_claim != issuer.user_claim)
                return fail(Fault::malformed,
                            fmt::format("two [[issuer]] with the discovery {} must have the same "
                                        "user_claim: a subject would be two people",
                                        issuer.discovery));
            continue;
        }
        const auto name = settled_issuer(issuer);
        const auto taken = settled_issuer(other);
        if (name && taken && names_overlap(*name, *taken))
            return fail(Fault::malformed,
                        fmt::format("the issuers {} and {} are both '{}': a token would be of both",
                                    other.discovery, issuer.discovery, *name));
    }
    return {};
}

bool is_graphs_audience(std::string_view audience) {
    constexpr std::array<std::string_view, 2> kApps{"00000003-0000-0000-c000-000000000000",
                                                    "00000002-0000-0000-c000-000000000000"};
    constexpr std::array<std::string_view, 8> kHosts{"graph.microsoft.com",
                                                     "graph.microsoft.us",
                                                     "dod-graph.microsoft.us",
                                                     "graph.microsoft.de",
                                                     "microsoftgraph.chinacloudapi.cn",
                                                     "graph.windows.net",
                                                     "graph.microsoftazure.us",
                                                     "graph.chinacloudapi.cn"};
    const std::string text = to_lower(audience);
    std::string_view host = text;
    if (const auto scheme = host.find("://"); scheme != std::string_view::npos)
        host.remove_prefix(scheme + 3);
    host = host.substr(0, host.find_first_of("/:"));
    const auto is = [&](std::string_view known) { return host == known; };
    return std::ranges::any_of(kApps, is) || std::ranges::any_of(kHosts, is);
}

}  // namespace cameo::access
