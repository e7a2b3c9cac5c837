#include "access/user_resolver.h"

#include <fmt/format.h>

#include <utility>

#include "base/ids.h"
#include "base/text.h"
#include "directory/objects.h"
#include "directory/property.h"

namespace cameo::access {
namespace {

using directory::User;

constexpr Rate kLinesOfPerson{.per_second = 1.0 / 600, .burst = 1};
constexpr Rate kLines{.per_second = 0.1, .burst = 30};
constexpr std::size_t kReportedPeople = 1'000;
constexpr std::size_t kLongestName = 320;  // in the log

std::unexpected<Error> refuse(std::string reason) {
    return fail(Fault::unauthenticated, std::move(reason));
}

directory::IssuerSubject subject_of(const Principal& principal) {
    return {principal.tenant, principal.identity->issuer, principal.identity->subject};
}

// A claim for the log: truncated, without control characters.
std::string printable(std::string_view text) {
    std::string line(directory::first_characters(text, kLongestName));
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    return line;
}

// A userPrincipalName has a domain; the user names of many providers have none.
std::string new_name(const Identity& identity) {
    return identity.name.contains('@') ? identity.name : identity.mail;
}

// Truncates a value that is derived from the name to the limit of its property.
std::string made_of_name(std::string_view text, std::string_view property) {
    const auto most = directory::find_property<User>(property)->max_length;
    return std::string(directory::first_characters(text, most));
}

User new_user(const Principal& principal) {
    const auto& identity = *principal.identity;
    User user{.tenant = principal.tenant,
              .id = is_guid(principal.user_id) ? principal.user_id : new_guid(),
              .user_principal_name = new_name(identity),
              .display_name = identity.display_name,
              .mail = identity.mail,
              .created = SystemClock().now()};
    const std::string_view name = user.user_principal_name;
    if (user.display_name.empty()) user.display_name = made_of_name(name, "displayName");
    user.mail_nickname = made_of_name(name.substr(0, name.find('@')), "mailNickname");
    return user;
}

}  // namespace

UserResolver::UserResolver(directory::Directory& directory, Domains domains, Report report)
    : directory_(directory),
      domains_(std::move(domains)),
      report_(std::move(report)),
      lines_of_person_(kLinesOfPerson, kReportedPeople),
      lines_(kLines, kReportedPeople) {}

UserResolver::Found UserResolver::find(const Principal& principal, Wait wait) {
    if (principal.is_app()) return nullptr;
    auto found = principal.identity ? of_identity(principal, wait)
                                    : by_id(principal, principal.user_id, wait);
    if (!found || !*found) return found;
    const auto& user = **found;
    if (!user) return refuse("The account of the access token does not exist.");
    if (!user->account_enabled) return refuse("The account of the access token is disabled.");
    return found;
}

UserResolver::Found UserResolver::by_id(const Principal& principal, std::string_view id,
                                        Wait wait) {
    return directory_.find_user(principal.tenant, id, wait);
}

UserResolver::Found UserResolver::of_identity(const Principal& principal, Wait wait) {
    auto found = known(principal, wait);
    if (!found || !*found || **found) return found;
    if (wait.is_memory_only()) return std::nullopt;
    const auto& identity = *principal.identity;
    if (identity.match_by_name) {
        found = match_by_name(principal, wait);
        if (!found || **found) return found;
    }
    if (identity.provision) return add(principal, wait);
    return refuse_unknown(
        principal,
        identity.match_by_name
            ? "no user has that id, name or verified address, or is bound to it; "
              "provision = true of its [[issuer]] would add one"
            : "no user has that id or is bound to it; of its [[issuer]], match_by_name = "
              "true would look for the user with that name or verified address, "
              "provision = true would add one");
}

UserResolver::Found UserResolver::known(const Principal& principal, Wait wait) {
    // Only a GUID is looked up as an id: a name must not match an id.
    if (is_guid(principal.user_id)) {
        auto same = by_id(principal, principal.user_id, wait);
        if (!same || !*same) return same;
        if (**same) return bind_by_id(principal, **std::move(same), wait);
    }
    const auto bound = bound_id(principal, wait);
    if (!bound) return std::unexpected(bound.error());
    if (!*bound) return std::nullopt;
    if (!**bound) return nullptr;
    return by_id(principal, ***bound, wait);
}

Result<CacheResult<std::string>> UserResolver::bound_id(const Principal& principal, Wait wait) {
    return directory_.find_bound_user(subject_of(principal), wait);
}

UserResolver::Found UserResolver::bind_by_id(const Principal& principal,
                                             std::shared_ptr<const User> user, Wait wait) {
    if (!user->account_enabled) return user;
    const auto bound = bound_id(principal, wait);
    if (!bound) return std::unexpected(bound.error());
    if (!*bound) return std::nullopt;
    if (**bound && equals_ignoring_case(***bound, user->id)) return user;
    if (wait.is_memory_only()) return std::nullopt;
    const auto done = directory_.rebind_subject(subject_of(principal), user->id, wait.deadline());
    if (done) return user;
    if (done.error().fault == Fault::no_owner) return nullptr;  // removed concurrently
    return std::unexpected(done.error());
}

UserResolver::Found UserResolver::match_by_name(const Principal& principal, Wait wait) {
    const auto user = by_name_or_mail(principal, wait.deadline());
    if (!user) return std::unexpected(user.error());
    if (!*user) return nullptr;
    if (auto done = bind(principal, **user, wait.deadline()); !done)
        return std::unexpected(std::move(done.error()));
    return known(principal, wait);
}

Result<std::optional<User>> UserResolver::by_name_or_mail(const Principal& principal,
                                                          Deadline deadline) {
    const auto& identity = *principal.identity;
    for (const auto& name : {identity.name, identity.mail}) {
        if (name.empty()) continue;
        auto user = directory_.store().user_by_name(principal.tenant, name, deadline);
        if (!user || *user) return user;
    }
    if (identity.mail.empty()) return std::nullopt;
    const directory::Filter has_mail{
        .kind = directory::Filter::Kind::equals, .property = "mail", .value = identity.mail};
    auto page = directory_.list<directory::User>({.tenant = principal.tenant},
                                                 {.filter = has_mail, .top = 2}, deadline);
    if (!page) return std::unexpected(std::move(page.error()));
    if (page->objects.size() != 1) return std::nullopt;  // ambiguous: several users share it
    return std::move(page->objects.front());
}

Result<void> UserResolver::bind(const Principal& principal, const User& user, Deadline deadline) {
    if (!user.account_enabled) return refuse("The account of the access token is disabled.");
    auto bound = directory_.store().bind_subject(subject_of(principal), user.id, deadline);
    if (!bound && bound.error().fault == Fault::conflict)
        return refuse_unknown(principal, fmt::format("no user of that name or address may be "
                                                     "matched: {}",
                                                     bound.error().detail));
    return bound;
}

UserResolver::Found UserResolver::add(const Principal& principal, Wait wait) {
    const auto user = new_user(principal);
    const auto domains = domains_.find(principal.tenant);
    const auto fine = directory::check(
        user, domains == domains_.end() ? std::vector<std::string>() : domains->second);
    if (!fine)
        return refuse_unknown(
            principal, fmt::format("they cannot be added: {} (name_claim of its [[issuer]] says "
                                   "which claim is the userPrincipalName)",
                                   printable(fine.error().detail)));
    const auto added = directory_.add_bound(user, subject_of(principal), wait.deadline());
    if (!added && added.error().fault != Fault::conflict) return std::unexpected(added.error());
    // If a concurrent request of the same person added the user first, the lookup finds them.
    auto found = known(principal, wait);
    if (!found || **found) return found;
    return refuse_unknown(principal,
                          "they cannot be added: a user here has that name; match_by_name = true "
                          "of its [[issuer]] would select that user");
}

std::unexpected<Error> UserResolver::refuse_unknown(const Principal& principal,
                                                    std::string_view why) {
    const auto& identity = *principal.identity;
    const auto subject = subject_of(principal);
    if (report_ &&
        !lines_of_person_.acquire(
            fmt::format("{}\n{}\n{}", subject.tenant, subject.issuer, subject.subject)) &&
        !lines_.acquire("all"))
        report_(
            fmt::format("issuer {}: the subject '{}', name '{}', address '{}', is refused: {} "
                        "(docs/identity.md)",
                        printable(identity.issuer), printable(identity.subject),
                        printable(identity.name), printable(identity.mail), why));
    return refuse("The user of the access token is not in the directory.");
}

}  // namespace cameo::access
