#include "access/issuer_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "access/builtin_issuer.h"
#include "access/issuer_document.h"
#include "base/ids.h"
#include "base/text.h"

namespace cameo::access {
namespace {

constexpr std::string_view kWellKnown = "/.well-known/openid-configuration";
constexpr std::string_view kVersion2 = "/v2.0";
// The tenant of all personal accounts, `consumers` in addresses.
constexpr std::string_view kConsumers = "9188040d-6c67-4c5b-b112-36a304b66dad";

// A cloud of Entra: the addresses of its documents, and the issuer that they name.
struct Cloud {
    std::string_view address;
    std::string_view version1;
    std::string_view version2;
};
constexpr std::array kClouds{
    Cloud{"https://login.microsoftonline.com/", "https://sts.windows.net/",
          "https://login.microsoftonline.com/"},
    Cloud{"https://login.microsoft.com/", "https://sts.windows.net/",
          "https://login.microsoftonline.com/"},
    Cloud{"https://login.windows.net/", "https://sts.windows.net/",
          "https://login.microsoftonline.com/"},
    Cloud{"https://login.microsoftonline.us/", "https://sts.windows.net/",
          "https://login.microsoftonline.us/"},
    Cloud{"https://login.partner.microsoftonline.cn/", "https://sts.chinacloudapi.cn/",
          "https://login.partner.microsoftonline.cn/"},
};

// `discovery` without the well-known suffix and the query; empty without that suffix.
std::string_view base_of(std::string_view discovery) {
    discovery = discovery.substr(0, discovery.find('?'));
    if (!discovery.ends_with(kWellKnown)) return {};
    return discovery.substr(0, discovery.size() - kWellKnown.size());
}

struct EntraAddress {
    const Cloud& cloud;
    std::string tenant;  // in lower case
    bool version2 = false;
};

// nullopt for an address that is not Entra's.
std::optional<EntraAddress> entra_address(std::string_view base) {
    const auto cloud = std::ranges::find_if(
        kClouds, [&](const Cloud& known) { return base.starts_with(known.address); });
    if (cloud == kClouds.end()) return std::nullopt;
    base.remove_prefix(cloud->address.size());
    const bool version2 = base.ends_with(kVersion2);
    if (version2) base.remove_suffix(kVersion2.size());
    if (base.empty() || base.contains('/')) return std::nullopt;
    return EntraAddress{*cloud, to_lower(base), version2};
}

std::string entra_issuer(const EntraAddress& entra) {
    const std::string_view tenant = entra.tenant == "consumers" ? kConsumers
                                    : is_guid(entra.tenant)     ? std::string_view(entra.tenant)
                                                                : "{tenantid}";
    return entra.version2 ? fmt::format("{}{}/v2.0", entra.cloud.version2, tenant)
                          : fmt::format("{}{}/", entra.cloud.version1, tenant);
}

// Section 4.1: a slash at the end of an issuer is not part of its address.
std::string_view without_slash(std::string_view issuer) {
    if (issuer.ends_with('/')) issuer.remove_suffix(1);
    return issuer;
}

// Whether `issuer` is the template with a tenant's id for `{tenantid}`.
bool is_made_of(std::string_view issuer, std::string_view text) {
    constexpr std::string_view kPlace = "{tenantid}";
    constexpr std::size_t kGuid = 36;
    const auto at = text.find(kPlace);
    return at != std::string_view::npos && issuer.size() >= at + kGuid &&
           is_guid(issuer.substr(at, kGuid)) &&
           issuer_for(text, issuer.substr(at, kGuid)) == issuer;
}

bool is_called(std::string_view issuer, std::string_view expected) {
    return without_slash(issuer) == without_slash(expected) || is_made_of(issuer, expected);
}

}  // namespace

Result<void> check(const IssuerSettings& settings) {
    const auto wrong = [](std::string what) { return fail(Fault::malformed, std::move(what)); };
    if (!is_fetchable(settings.discovery))
        return wrong("discovery must be an https URL (http only to this machine)");
    const bool has_empty =
        std::ranges::any_of(settings.audiences, [](const auto& text) { return text.empty(); });
    if (settings.audiences.empty() || has_empty)
        return wrong("audience must be a list of this server's names in tokens");
    if (std::ranges::any_of(settings.audiences, is_graphs_audience))
        return wrong(
            "audience must not be Microsoft Graph: its tokens are for Microsoft's service only");
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
                                        "'{}': a token would belong to both",
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
            return fail(
                Fault::malformed,
                fmt::format("the issuers {} and {} are both '{}': a token would belong to both",
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

std::string expected_issuer(const IssuerSettings& settings) {
    if (!settings.issuer.empty()) return settings.issuer;
    const auto base = base_of(settings.discovery);
    const auto entra = entra_address(base);
    return entra ? entra_issuer(*entra) : std::string(base);
}

bool is_reached_by(const IssuerSettings& settings, std::string_view url) {
    url = without_slash(url);
    return url == without_slash(expected_issuer(settings)) ||
           url == without_slash(base_of(settings.discovery));
}

std::optional<std::string> settled_issuer(const IssuerSettings& settings) {
    const auto entra = entra_address(base_of(settings.discovery));
    const bool by_domain = entra && !is_guid(entra->tenant) && entra->tenant != "common" &&
                           entra->tenant != "organizations" && entra->tenant != "consumers";
    if (settings.issuer.empty() && by_domain) return std::nullopt;
    return expected_issuer(settings);
}

bool names_overlap(std::string_view a, std::string_view b) {
    return is_called(a, b) || is_called(b, a);
}

IssuerNames::IssuerNames(const std::vector<IssuerSettings>& issuers) {
    names_.emplace("the built-in issuer", kBuiltinIssuer);
    for (const auto& settings : issuers)
        if (auto name = settled_issuer(settings))
            names_.emplace(settings.discovery, *std::move(name));
}

Result<void> IssuerNames::accept(const IssuerSettings& settings, const std::string& issuer) {
    const auto expected = expected_issuer(settings);
    const bool fits =
        settings.issuer.empty() ? is_called(issuer, expected) : settings.issuer == issuer;
    if (!fits)
        return fail(Fault::malformed,
                    fmt::format("the discovery document names the issuer '{}', which by {} must be "
                                "'{}' (if it is right, set issuer = \"{}\")",
                                issuer, settings.issuer.empty() ? "its address" : "the setting",
                                expected, issuer));
    const std::lock_guard lock(mutex_);
    for (const auto& [discovery, name] : names_)
        if (discovery != settings.discovery && names_overlap(name, issuer))
            return fail(Fault::malformed,
                        fmt::format("the discovery document names the issuer '{}', which is that "
                                    "of {} already",
                                    issuer, discovery));
    names_[settings.discovery] = issuer;
    return {};
}

}  // namespace cameo::access
