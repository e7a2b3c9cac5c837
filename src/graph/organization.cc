#include <fmt/format.h>

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/principal.h"
#include "base/text.h"
#include "graph/authorize.h"
#include "graph/errors.h"
#include "graph/odata.h"
#include "graph/resources.h"
#include "graph/target.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;

// A name that a certificate could have: no address and no port.
bool is_domain(std::string_view host) {
    return !host.empty() && host.find_first_of(":[]") == std::string_view::npos &&
           host.find_first_not_of("0123456789.") != std::string_view::npos;
}

std::string_view host_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    if (url.starts_with('[')) return url;
    return url.substr(0, url.find_first_of(":/"));
}

}  // namespace

std::vector<std::string> domains_of(const RequestContext& context) {
    const auto& configured = context.settings.domains_of_tenant;
    const auto found = configured.find(context.principal->tenant);
    if (found != configured.end()) return found->second;
    const auto host = host_of(context.settings.public_url);
    return {is_domain(host) ? to_lower(host) : std::string("localhost")};
}

namespace {

json::object domain(std::string_view name, bool is_first) {
    return {{"id", name},
            {"authenticationType", "Managed"},
            {"availabilityStatus", nullptr},
            {"isAdminManaged", true},
            {"isDefault", is_first},
            {"isInitial", is_first},
            {"isRoot", true},
            {"isVerified", true},
            {"manufacturer", nullptr},
            {"model", nullptr},
            {"passwordNotificationWindowInDays", nullptr},
            {"passwordValidityPeriodInDays", nullptr},
            {"state", nullptr},
            {"supportedServices", json::array()}};
}

json::array verified_domains(const RequestContext& context) {
    json::array domains;
    for (const auto& name : domains_of(context))
        domains.push_back(json::object{{"capabilities", ""},
                                       {"isDefault", domains.empty()},
                                       {"isInitial", domains.empty()},
                                       {"name", name},
                                       {"type", "Managed"}});
    return domains;
}

// Everything in the order of Graph's answers. With a permission for the caller's own data alone
// (User.Read), id, displayName and verifiedDomains have a value, as in Graph.
json::object organization(const RequestContext& context) {
    const auto& id = context.principal->tenant;
    const auto& names = context.settings.name_of_tenant;
    const auto name = names.find(id);
    const bool is_b2c = context.principal->tenant_kind == directory::TenantKind::b2c;
    json::value type;
    if (context.reaches_all) type = is_b2c ? "AAD B2C" : "AAD";
    return {{"id", id},
            {"deletedDateTime", nullptr},
            {"businessPhones", json::array()},
            {"city", nullptr},
            {"country", nullptr},
            {"countryLetterCode", nullptr},
            {"createdDateTime", nullptr},
            {"defaultUsageLocation", nullptr},
            {"displayName", name == names.end() ? id : name->second},
            {"marketingNotificationEmails", json::array()},
            {"onPremisesLastSyncDateTime", nullptr},
            {"onPremisesSyncEnabled", nullptr},
            {"postalCode", nullptr},
            {"preferredLanguage", nullptr},
            {"securityComplianceNotificationMails", json::array()},
            {"securityComplianceNotificationPhones", json::array()},
            {"state", nullptr},
            {"street", nullptr},
            {"technicalNotificationMails", json::array()},
            {"tenantType", std::move(type)},
            {"verifiedDomains", verified_domains(context)}};
}

// The members that $select names, in any letter case; all without it.
Result<json::object> selected(json::object whole, const Options& options, std::string_view type) {
    if (!options.select) return whole;
    json::object chosen;
    for (const auto& name : *options.select) {
        const auto* const found = std::ranges::find_if(
            whole, [&](const auto& member) { return equals_ignoring_case(member.key(), name); });
        if (found == whole.end())
            return fail(Fault::malformed, fmt::format("Could not find a property named '{}' on "
                                                      "type 'microsoft.graph.{}'.",
                                                      name, type));
        chosen[found->key()] = found->value();
    }
    return chosen;
}

// The object with the annotations of the level before its members. `path` is its own, from the
// base URL; `fragment` is empty within a list.
Result<json::object> annotated(const RequestContext& context, const Options& options,
                               json::object whole, std::string_view type, std::string_view path,
                               std::string_view fragment) {
    auto members = selected(std::move(whole), options, type);
    if (!members) return members;
    json::object body;
    if (options.level != MetadataLevel::none && !fragment.empty())
        body["@odata.context"] = fmt::format("{}#{}", context.metadata_url(), fragment);
    if (options.level == MetadataLevel::full) {
        body["@odata.type"] = fmt::format("#microsoft.graph.{}", type);
        body["@odata.id"] = fmt::format("{}/{}", context.base_url(), path);
    }
    for (auto& member : *members) body[member.key()] = std::move(member.value());
    return body;
}

std::string path_of_organization(const RequestContext& context) {
    return fmt::format("organization('{}')", context.principal->tenant);
}

Result<Options> options_of(const RequestContext& context) {
    return parse_options(context.target.query(), context.request.find("accept"));
}

}  // namespace

HandlerResult list_organizations(const RequestContext& context) {
    const auto options = options_of(context);
    if (!options) return std::unexpected(options.error());
    auto item = annotated(context, *options, organization(context), "organization",
                          path_of_organization(context), {});
    if (!item) return std::unexpected(std::move(item.error()));
    json::object body;
    if (options->level != MetadataLevel::none)
        body["@odata.context"] =
            fmt::format("{}#organization{}", context.metadata_url(), select_suffix(*options));
    body["value"] = json::array{*std::move(item)};
    return negotiated(json_reply(200, body));
}

HandlerResult get_organization(const RequestContext& context) {
    if (!equals_ignoring_case(context.route.item, context.principal->tenant))
        return std::unexpected(resource_not_found(context.route.item));
    const auto options = options_of(context);
    if (!options) return std::unexpected(options.error());
    const auto body = annotated(context, *options, organization(context), "organization",
                                path_of_organization(context),
                                fmt::format("organization{}/$entity", select_suffix(*options)));
    if (!body) return std::unexpected(body.error());
    return negotiated(json_reply(200, *body));
}

HandlerResult list_domains(const RequestContext& context) {
    const auto options = options_of(context);
    if (!options) return std::unexpected(options.error());
    json::array items;
    for (const auto& name : domains_of(context)) {
        auto item = annotated(context, *options, domain(name, items.empty()), "domain",
                              fmt::format("domains('{}')", name), {});
        if (!item) return std::unexpected(std::move(item.error()));
        items.push_back(*std::move(item));
    }
    json::object body;
    if (options->level != MetadataLevel::none)
        body["@odata.context"] =
            fmt::format("{}#domains{}", context.metadata_url(), select_suffix(*options));
    body["value"] = std::move(items);
    return negotiated(json_reply(200, body));
}

HandlerResult get_domain(const RequestContext& context) {
    const auto key = context.route.item;
    const auto names = domains_of(context);
    const auto found = std::ranges::find_if(
        names, [&](const auto& name) { return equals_ignoring_case(name, key); });
    if (found == names.end()) return std::unexpected(resource_not_found(key));
    const auto options = options_of(context);
    if (!options) return std::unexpected(options.error());
    const auto body = annotated(context, *options, domain(*found, found == names.begin()), "domain",
                                fmt::format("domains('{}')", *found),
                                fmt::format("domains{}/$entity", select_suffix(*options)));
    if (!body) return std::unexpected(body.error());
    return negotiated(json_reply(200, *body));
}

HandlerResult get_photo_update_settings(const RequestContext& context) {
    const auto options = options_of(context);
    if (!options) return std::unexpected(options.error());
    json::array roles;
    for (const auto& role : context.settings.photo_admin_roles) {
        const auto id = access::directory_role_id(role);
        roles.emplace_back(id.empty() ? std::string_view(role) : id);
    }
    json::object whole{
        {"id", context.principal->tenant}, {"source", "cloud"}, {"allowedRoles", std::move(roles)}};
    constexpr std::string_view kPath = "admin/people/photoUpdateSettings";
    const auto body = annotated(context, *options, std::move(whole), "photoUpdateSettings", kPath,
                                fmt::format("{}{}/$entity", kPath, select_suffix(*options)));
    if (!body) return std::unexpected(body.error());
    return negotiated(json_reply(200, *body));
}

HandlerResult refuse_photo_update_settings(const RequestContext& /*context*/) {
    return fail(Fault::denied,
                "These settings are in the configuration file: [access] photo_admin_roles. The "
                "server reads it when it starts.");
}

}  // namespace cameo::graph
