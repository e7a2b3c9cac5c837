#include "app/config_issuers.h"

#include <string>
#include <string_view>
#include <vector>

#include "access/issuer_settings.h"
#include "app/config_readers.h"

namespace cameo::app {
namespace {

using access::IssuerSettings;

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

}  // namespace cameo::app
