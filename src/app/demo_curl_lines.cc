#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "access/builtin_issuer.h"
#include "app/demo.h"
#include "app/demo_organisation.h"

namespace cameo::app {
namespace {

constexpr std::chrono::hours kTokenTime{24};
constexpr std::string_view kScopes =
    "User.ReadWrite User.ReadBasic.All Group.ReadWrite.All TeamSettings.ReadWrite.All "
    "Contacts.ReadWrite";

Result<std::string> token_for(const access::SigningKey& key, const directory::User& user,
                              Instant now) {
    return access::issue_token(key,
                               {.tenant = user.tenant,
                                .user = user.id,
                                .app = "demo",
                                .user_principal_name = user.user_principal_name,
                                .scopes = std::string(kScopes),
                                .expires = now + kTokenTime},
                               now);
}

template <class Entries, class Is>
const auto& first(const Entries& entries, const Is& is) {
    return std::ranges::find_if(entries, is)->entry;
}

}  // namespace

Result<std::string> demo_curl_lines(const access::SigningKey& key, const directory::Tenant& tenant,
                                    const std::string& origin, Instant now) {
    const DemoPortraits none({});
    const auto people = demo_people(tenant, none);
    const auto groups = demo_groups(tenant);
    const auto book = demo_address_book(tenant, none);
    const auto& me = people.front().entry;
    const auto& other = people.at(1).entry;
    const auto token = token_for(key, me, now);
    if (!token) return std::unexpected(token.error());

    std::string lines = fmt::format("token='{}'\n", *token);
    // `file` is where the answer goes; empty for the terminal.
    const auto add = [&](std::string_view what, std::string_view file, std::string_view path) {
        lines +=
            fmt::format("\n# {}\ncurl -sS -H \"Authorization: Bearer $token\" {}'{}/v1.0/{}'\n",
                        what, file.empty() ? "" : fmt::format("-o {} ", file), origin, path);
    };
    const auto& group = first(groups, [](const auto& one) { return !one.entry.is_team; });
    const auto& team = first(groups, [](const auto& one) { return one.entry.is_team; });
    const auto& contact = book.contacts.front().entry;
    const auto& nested = book.contacts.back().entry;
    add(fmt::format("my photo: {}", me.display_name), "me.jpg", "me/photo/$value");
    add(fmt::format("{} at 48x48, by userPrincipalName", other.display_name), "person.jpg",
        fmt::format("users/{}/photos/48x48/$value", other.user_principal_name));
    add("the metadata of my photo", "", "me/photo");
    add(fmt::format("a group: {}", group.display_name), "group.jpg",
        fmt::format("groups/{}/photo/$value", group.id));
    add(fmt::format("a team: {}", team.display_name), "team.jpg",
        fmt::format("teams/{}/photo/$value", team.id));
    add(fmt::format("a contact: {}", contact.display_name), "contact.jpg",
        fmt::format("me/contacts/{}/photo/$value", contact.id));
    add(fmt::format("a contact in a folder of a folder: {}", nested.display_name), "nested.jpg",
        fmt::format("me/contactFolders/{}/childFolders/{}/contacts/{}/photo/$value",
                    book.folders.front().id, book.folders.back().id, nested.id));
    return lines;
}

}  // namespace cameo::app
