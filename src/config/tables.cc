#include "config/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/issuer_settings.h"
#include "base/text.h"
#include "config/value_readers.h"

namespace cameo::config {
namespace {

using access::IssuerSettings;
using directory::TenantKind;

constexpr std::array kKinds{
    std::pair<std::string_view, TenantKind>{"work", TenantKind::work},
    std::pair<std::string_view, TenantKind>{"personal", TenantKind::personal},
    std::pair<std::string_view, TenantKind>{"b2c", TenantKind::b2c}};

bool is_domain(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.';
    };
    return std::ranges::all_of(text, allowed) && !text.starts_with('.') && !text.ends_with('.') &&
           text.find("..") == std::string_view::npos;
}

std::string shared_domain(const TenantSettings& one, const TenantSettings& other) {
    for (const auto& domain : one.domains)
        for (const auto& taken : other.domains)
            if (equals_ignoring_case(domain, taken)) return domain;
    return {};
}

Result<void> check_against(const TenantSettings& tenant,
                           const std::vector<TenantSettings>& others) {
    for (const auto& other : others) {
        if (other.name == tenant.name)
            return fail(Fault::malformed,
                        fmt::format("there is a tenant '{}' already", tenant.name));
        if (!tenant.id.empty() && other.id == tenant.id)
            return fail(Fault::malformed, fmt::format("the tenants '{}' and '{}' have the same id",
                                                      other.name, tenant.name));
        if (const auto domain = shared_domain(tenant, other); !domain.empty())
            return fail(Fault::malformed,
                        fmt::format("the domain '{}' belongs to the tenants '{}' and '{}'", domain,
                                    other.name, tenant.name));
    }
    return {};
}

bool is_anything(std::string_view) { return true; }

Result<void> algorithms(const toml::node& node, IssuerSettings& issuer) {
    std::vector<std::string> names;
    const auto read = texts(
        "an array of RS256, PS256 and ES256",
        [](std::string_view name) { return access::algorithm_named(name).has_value(); },
        [](auto& list) -> auto& { return list; });
    if (auto done = read(node, names); !done) return done;
    issuer.algorithms.clear();
    for (const auto& name : names) issuer.algorithms.push_back(*access::algorithm_named(name));
    return {};
}

Result<void> check(const IssuerSettings& issuer, const std::vector<IssuerSettings>& others) {
    if (auto fine = access::check(issuer); !fine) return fine;
    return access::check_beside(issuer, others);
}

}  // namespace

TableArray<Config> tenant_tables() {
    return table_array<Config, TenantSettings>(
        "tenant", &Config::tenants,
        {{"name", name(&TenantSettings::name), Need::required},
         {"kind", one_of(kKinds, &TenantSettings::kind)},
         {"domains", texts("an array of domains like [\"contoso.example\"]", is_domain,
                           &TenantSettings::domains)},
         {"id", guid(&TenantSettings::id)}},
        check_against);
}

TableArray<Config> issuer_tables() {
    return table_array<Config, IssuerSettings>(
        "issuer", &Config::issuers,
        {{"discovery", name(&IssuerSettings::discovery), Need::required},
         {"audience",
          texts("an array of names like [\"api://cameo\"]", is_anything,
                &IssuerSettings::audiences),
          Need::required},
         {"tenant", name(&IssuerSettings::tenant)},
         {"tenant_claim", name(&IssuerSettings::tenant_claim)},
         {"user_claim", name(&IssuerSettings::user_claim)},
         {"name_claim", name(&IssuerSettings::name_claim)},
         {"scope_claim", name(&IssuerSettings::scope_claim)},
         {"role_claim", name(&IssuerSettings::role_claim)},
         {"directory_role_claim", name(&IssuerSettings::directory_role_claim)},
         {"algorithms", algorithms},
         {"ca_file", name(&IssuerSettings::ca_file)},
         {"issuer", name(&IssuerSettings::issuer)},
         {"match_by_name", yes_or_no(&IssuerSettings::match_by_name)},
         {"provision", yes_or_no(&IssuerSettings::provision)}},
        check);
}

}  // namespace cameo::config
