#include "access/people.h"

#include <fmt/format.h>

#include <utility>

#include "base/ids.h"
#include "base/text.h"
#include "directory/user_principal_name.h"

namespace cameo::access {
namespace {

using directory::User;

constexpr std::size_t kPersonBytes = 320;  // of a usual entry in ids_

std::unexpected<Error> refuse(std::string reason) {
    return fail(Fault::unauthenticated, std::move(reason));
}

std::string key_of(const std::string& tenant, const Identity& identity) {
    return fmt::format("{}\n{}\n{}", tenant, identity.issuer, identity.subject);
}

directory::IssuerSubject subject_of(const Principal& principal) {
    return {principal.tenant, principal.identity->issuer, principal.identity->subject};
}

// A userPrincipalName has a domain; many providers' user names have none.
std::string new_name(const Identity& identity) {
    return identity.name.contains('@') ? identity.name : identity.mail;
}

User new_user(const Principal& principal, std::string name) {
    const auto& identity = *principal.identity;
    User user{.tenant = principal.tenant,
              .id = is_guid(principal.user_id) ? principal.user_id : new_guid(),
              .user_principal_name = std::move(name),
              .display_name = identity.display_name,
              .mail = identity.mail};
    if (user.display_name.empty()) user.display_name = user.user_principal_name;
    user.mail_nickname = user.user_principal_name.substr(0, user.user_principal_name.find('@'));
    return user;
}

}  // namespace

People::People(directory::Directory& directory, Domains domains, std::size_t remembered)
    : directory_(directory), domains_(std::move(domains)), ids_(remembered * kPersonBytes) {}

People::Found People::find(const Principal& principal, std::optional<Deadline> deadline) {
    if (principal.is_app()) return nullptr;
    auto found = principal.identity ? of_identity(principal, deadline)
                                    : by_id(principal, principal.user_id, deadline);
    if (!found) return found;
    if (!*found) return refuse("The account of the access token does not exist.");
    if (!(*found)->account_enabled) return refuse("The account of the access token is disabled.");
    return found;
}

People::Found People::by_id(const Principal& principal, std::string_view id,
                            std::optional<Deadline> deadline) {
    if (deadline) return directory_.user(principal.tenant, id, *deadline);
    auto known = directory_.cached_user(principal.tenant, id);
    if (!known) return fail(Fault::not_in_memory, "");
    return *known;
}

People::Found People::of_identity(const Principal& principal, std::optional<Deadline> deadline) {
    const auto key = key_of(principal.tenant, *principal.identity);
    if (const auto id = ids_.find(key)) {
        auto found = by_id(principal, *id, deadline);
        if (!found || *found) return found;
    }
    if (!deadline) return fail(Fault::not_in_memory, "");
    auto found = resolve(principal, *deadline);
    if (found && !*found) {
        if (auto added = add(principal, *deadline); !added)
            return std::unexpected(std::move(added.error()));
        found = resolve(principal, *deadline);
    }
    if (found && *found) ids_.put(key, (*found)->id, (*found)->id.size());
    return found;
}

People::Found People::resolve(const Principal& principal, Deadline deadline) {
    // Only what has the form of an id is looked for as one: a name must not pass for an id.
    if (is_guid(principal.user_id)) {
        auto same = directory_.user(principal.tenant, principal.user_id, deadline);
        if (!same || (*same && equals_ignoring_case((*same)->id, principal.user_id))) return same;
    }
    const auto bound = directory_.store().bound_user(subject_of(principal), deadline);
    if (!bound) return std::unexpected(bound.error());
    if (*bound) return directory_.user(principal.tenant, **bound, deadline);
    const auto user = by_name_or_mail(principal, deadline);
    if (!user) return std::unexpected(user.error());
    if (!*user) return nullptr;
    if (auto done = bind(principal, **user, deadline); !done)
        return std::unexpected(std::move(done.error()));
    return directory_.user(principal.tenant, (*user)->id, deadline);
}

Result<std::optional<User>> People::by_name_or_mail(const Principal& principal, Deadline deadline) {
    const auto& identity = *principal.identity;
    for (const auto& name : {identity.name, identity.mail}) {
        if (name.empty()) continue;
        auto user = directory_.store().user_by_name(principal.tenant, name, deadline);
        if (!user || *user) return user;
    }
    if (identity.mail.empty()) return std::nullopt;
    const directory::Filter has_mail{
        .kind = directory::Filter::Kind::equals, .property = "mail", .value = identity.mail};
    auto page = directory_.list_users({.tenant = principal.tenant}, {.filter = has_mail, .top = 2},
                                      deadline);
    if (!page) return std::unexpected(std::move(page.error()));
    if (page->entries.size() != 1) return std::nullopt;  // several share it: it names none of them
    return std::move(page->entries.front());
}

Result<void> People::bind(const Principal& principal, const User& user, Deadline deadline) {
    if (!user.account_enabled) return refuse("The account of the access token is disabled.");
    auto bound = directory_.store().bind_subject(subject_of(principal), user.id, deadline);
    if (!bound && bound.error().fault == Fault::conflict)
        return refuse("The user of that name is another account of the identity provider.");
    return bound;
}

Result<void> People::add(const Principal& principal, Deadline deadline) {
    if (!principal.identity->provision)
        return refuse("The user of the access token is not in the directory.");
    const auto name = new_name(*principal.identity);
    const auto domains = domains_.find(principal.tenant);
    if (!directory::is_user_principal_name(name) ||
        (domains != domains_.end() && !directory::lies_in(name, domains->second)))
        return refuse(
            "The user of the access token is not in the directory, and the token has no name that "
            "a user here may have.");
    auto added = directory_.add(new_user(principal, name), deadline);
    // Another request of the same person was faster.
    if (!added && added.error().fault == Fault::conflict) return {};
    return added;
}

}  // namespace cameo::access
