#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/builtin_issuer.h"
#include "access/permissions.h"
#include "access/principal.h"
#include "access/sign_in.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/text.h"
#include "commands/commands.h"
#include "control/remote_photo_service.h"
#include "directory/directory.h"
#include "directory/objects.h"
#include "server/data_folder.h"
#include "server/program.h"
#include "server/tenants.h"

namespace cameo::commands {
namespace {

constexpr std::chrono::seconds kStoreTime{10};

// A misspelt permission is the most likely reason for a later 403.
void warn_of_unknown_permissions(const std::string& names) {
    for (const auto name : split_list(names, ' '))
        if (access::permission_bit(name) == 0)
            fmt::print(stderr, "cameo: note: no rule here uses the permission '{}'\n", name);
}

Result<std::vector<std::string>> role_ids(const std::vector<std::string>& roles) {
    std::vector<std::string> ids;
    for (const auto& role : roles) {
        const auto known = access::directory_role_id(role);
        if (known.empty() && !is_guid(role))
            return fail(Fault::malformed,
                        fmt::format("there is no directory role '{}'; there are User "
                                    "Administrator, Global Administrator, People Administrator, "
                                    "Groups Administrator, Teams Administrator, and any other by "
                                    "its id",
                                    role));
        ids.push_back(known.empty() ? to_lower(role) : std::string(known));
    }
    return ids;
}

Result<directory::User> find_user(const TokenArguments& options, const directory::Tenant& tenant,
                                  server::IssuerFolder& folder) {
    directory::Directory directory(folder.database->directory(), 16);
    const auto found =
        directory.find_user(tenant.id, options.user, Wait::until(deadline_in(kStoreTime)));
    if (!found) return std::unexpected(found.error());
    const auto& user = **found;  // never nullopt, because the store was read
    if (!user)
        return fail(Fault::no_owner, fmt::format("there is no user '{}' in the tenant '{}'",
                                                 options.user, tenant.name));
    return *user;
}

Result<void> set_user(access::Claims& claims, const TokenArguments& options,
                      const directory::Tenant& tenant, server::IssuerFolder& folder) {
    auto user = find_user(options, tenant, folder);
    if (!user) return std::unexpected(std::move(user.error()));
    auto wids = role_ids(options.directory_roles);
    if (!wids) return std::unexpected(std::move(wids.error()));
    claims.user = user->id;
    claims.user_principal_name = user->user_principal_name;
    claims.app = "cameo-token";
    claims.scopes = options.scopes;
    claims.directory_roles = std::move(*wids);
    warn_of_unknown_permissions(options.scopes);
    return {};
}

void set_app(access::Claims& claims, const TokenArguments& options) {
    claims.app_only = true;
    claims.app = options.app;
    for (const auto role : split_list(options.roles, ' ')) claims.roles.emplace_back(role);
    warn_of_unknown_permissions(options.roles);
}

Result<std::string> make_token(const TokenArguments& options) {
    auto folder = server::read_data_folder(options.data);
    if (!folder) return std::unexpected(std::move(folder.error()));
    const auto tenant = server::find_tenant(folder->tenants, options.tenant);
    if (!tenant) return std::unexpected(tenant.error());
    const auto now = SystemClock().now();
    access::Claims claims{.tenant = tenant->id,
                          .expires = now + std::chrono::seconds(options.ttl_seconds)};
    if (!options.app.empty())
        set_app(claims, options);
    else if (auto done = set_user(claims, options, *tenant, *folder); !done)
        return std::unexpected(std::move(done.error()));
    return access::issue_token(folder->key, claims, now);
}

Result<access::SignIn::Grant> grant_of(const TokenArguments& options) {
    auto folder = server::read_data_folder(options.data);
    if (!folder) return std::unexpected(std::move(folder.error()));
    const auto tenant = server::find_tenant(folder->tenants, options.tenant);
    if (!tenant) return std::unexpected(tenant.error());
    auto user = find_user(options, *tenant, *folder);
    if (!user) return std::unexpected(std::move(user.error()));
    if (!user->account_enabled)
        return fail(Fault::denied, fmt::format("the account '{}' is disabled", options.user));
    auto roles = role_ids(options.directory_roles);
    if (!roles) return std::unexpected(std::move(roles.error()));
    warn_of_unknown_permissions(options.scopes);
    return access::SignIn::Grant{
        .tenant = tenant->id,
        .user = user->id,
        .scopes = options.scopes.empty() ? access::web_scopes(*roles) : options.scopes,
        .directory_roles = *roles};
}

// Only the server takes a code, so the server makes it.
Result<std::string> make_link(const TokenArguments& options) {
    const bool is_url = options.url.starts_with("https://") || options.url.starts_with("http://");
    if (!options.url.empty() && !is_url)
        return fail(Fault::malformed,
                    fmt::format("--url {} is not an http or https URL", options.url));
    const auto grant = grant_of(options);
    if (!grant) return std::unexpected(grant.error());
    const auto server = control::RemotePhotoService::connect(options.data);
    if (!server && server.error().nothing_listens)
        return fail(Fault::busy, fmt::format("no server runs on {0}: start it first, with 'cameo "
                                             "serve --data {0}'",
                                             options.data.string()));
    if (!server) return fail(Fault::busy, server.error().detail);
    const auto code = (*server)->make_sign_in_code(*grant);
    if (!code) return std::unexpected(code.error());
    return code->link(options.url);
}

}  // namespace

int token_command(const TokenArguments& options) {
    const auto token = options.web ? make_link(options) : make_token(options);
    if (!token) {
        fmt::print(stderr, "cameo: {}\n", token.error().detail);
        return token.error().fault == Fault::malformed ? server::kWrongUsage : server::kFailed;
    }
    fmt::print("{}\n", *token);
    return server::kDone;
}

}  // namespace cameo::commands
