#include "app/config_tenants.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/config_readers.h"
#include "app/tenants.h"
#include "base/text.h"

namespace cameo::app {
namespace {

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

Result<void> check_beside(const TenantSettings& tenant, const std::vector<TenantSettings>& others) {
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

}  // namespace

TableArray<Config> tenant_tables() {
    return table_array<Config, TenantSettings>(
        "tenant", &Config::tenants,
        {{"name", name(&TenantSettings::name), Need::required},
         {"kind", one_of(kKinds, &TenantSettings::kind)},
         {"domains", texts("an array of domains like [\"contoso.example\"]", is_domain,
                           &TenantSettings::domains)},
         {"id", guid(&TenantSettings::id)}},
        check_beside);
}

}  // namespace cameo::app
