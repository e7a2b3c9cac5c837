#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/owner.h"
#include "base/result.h"

namespace cameo::directory {

// Which permissions apply in an organisation: docs/access.md, "The table".
enum class TenantKind : std::uint8_t { work = 0, personal = 1, b2c = 2 };

// An organisation. No data crosses tenants.
struct Tenant {
    std::string id;    // GUID, lower case: the `tid` of its tokens
    std::string name;  // as configured: `default`
    TenantKind kind = TenantKind::work;

    bool operator==(const Tenant&) const = default;
};

// A person. Members are Graph's properties of the same name (docs/directory.md, "Object types");
// empty means null.
struct User {
    std::string tenant;               // Tenant::id
    std::string id;                   // GUID, lower case
    std::string user_principal_name;  // as given; compared without regard to ASCII case
    std::string display_name;
    std::string given_name;
    std::string surname;
    std::string mail;
    std::string mail_nickname;
    std::string job_title;
    std::string mobile_phone;
    std::string office_location;
    std::string preferred_language;
    std::string user_type = "Member";
    std::string department;
    std::string company_name;
    std::vector<std::string> business_phones;
    std::vector<std::string> proxy_addresses;  // `SMTP:ada@example.org`
    std::vector<std::string> other_mails;
    Instant created = {};  // createdDateTime; 1970-01-01 for an unknown one
    bool account_enabled = true;
    PhotoStorage photo_storage = PhotoStorage::mailbox;
    // The properties of directory/kept.h as a JSON object. Empty for none, and where a read does
    // not ask for them (WithKept).
    std::string kept = {};

    bool operator==(const User&) const = default;
};

// A group, which may be a team too: a team has its group's id and photo (docs/http.md, "Paths").
// Members are Graph's properties of the same name; empty means null.
struct Group {
    std::string tenant;  // Tenant::id
    std::string id;      // GUID, lower case
    std::string display_name;
    std::string description;
    std::string mail;
    std::string mail_nickname;
    std::string visibility;                // Public, Private, HiddenMembership
    std::vector<std::string> group_types;  // Unified for a Microsoft 365 group
    std::vector<std::string> proxy_addresses;
    Instant created = {};  // as User::created
    bool mail_enabled = false;
    bool security_enabled = false;
    bool is_team = false;
    bool is_archived = false;  // of a team; it has no effect
    PhotoStorage photo_storage = PhotoStorage::mailbox;
    std::string kept = {};  // as User::kept

    bool operator==(const Group&) const = default;
};

// Whether it is a Microsoft 365 group, which Graph determines by groupTypes.
inline bool is_unified(const Group& group) {
    return std::ranges::find(group.group_types, "Unified") != group.group_types.end();
}

// The mailNickname that no other group of the tenant may have, with A to Z folded; empty for all
// but a Microsoft 365 group.
std::string unique_nickname(const Group& group);

// The visibility of a group whose members only its members can list.
inline constexpr std::string_view kHiddenMembership = "HiddenMembership";

struct EmailAddress {
    std::string name;
    std::string address;

    bool operator==(const EmailAddress&) const = default;
};

// An object of a person's address book. Members are Graph's properties of the same name; empty
// means null.
struct Contact {
    std::string tenant;            // Tenant::id
    std::string mailbox;           // User::id of the person whose address book this is
    std::string id;                // opaque, case-sensitive; unique in the tenant
    std::string parent_folder_id;  // ContactFolder::id; the mailbox's default folder at first
    std::string display_name;
    std::string given_name;
    std::string surname;
    std::string job_title;
    std::string company_name;
    std::string mobile_phone;
    std::vector<std::string> business_phones;
    std::vector<EmailAddress> email_addresses;
    std::string kept = {};  // as User::kept

    bool operator==(const Contact&) const = default;
};

// A folder of a person's address book. The default folder is not stored: it always exists, is the
// root of all other folders, and has the id that default_folder_id gives.
struct ContactFolder {
    std::string tenant;
    std::string mailbox;
    std::string id;  // as Contact::id
    std::string parent_folder_id;
    std::string display_name;

    bool operator==(const ContactFolder&) const = default;
};

// The id of a mailbox's default folder: made from the user's id, so that it needs no row.
std::string default_folder_id(const std::string& mailbox);

// A new random id for a contact or a folder, as long and opaque as Exchange's: base64url text of 68
// characters that ends in `=`.
std::string new_item_id();

// The name of a person at an identity provider, which never changes: docs/identity.md.
struct IssuerSubject {
    std::string tenant;
    std::string issuer;   // iss
    std::string subject;  // sub, or what is configured instead

    auto operator<=>(const IssuerSubject&) const = default;
};

// Whether `subject` may be bound to a user that was found by name or address and to which `held`
// are bound already. Fault::conflict if another subject is among them: the names of one issuer
// prove nothing about the subjects of another. The same GUID at another issuer is the same person
// (Entra's oid). The detail is for the operator.
Result<void> check_binding(const IssuerSubject& subject, const std::vector<IssuerSubject>& held);

// The rules for every new or changed user and group. Pure functions.

// `name@domain`, with one @ and without spaces, quotes and slashes.
bool is_user_principal_name(std::string_view text);

// The lengths and characters of every text, the form of id and userPrincipalName, what cannot be
// empty. Where `domains`, in lower case, has some, the userPrincipalName lies in one. With
// `before`, the user as it was, what has not changed may keep an older rule's form.
// Fault::malformed: `The property 'surname' is longer than 64 characters.`
Result<void> check(const User& user, const std::vector<std::string>& domains,
                   const User* before = nullptr);

// Brings a new or changed group into the stored form: a known visibility in its usual letter case.
// Only a Microsoft 365 group can have a hidden membership, from its creation on, and be a team.
// With `before`, the group as it was, what has not changed may keep an older rule's form.
// Fault::malformed.
Result<void> normalize(Group& group, const Group* before = nullptr);

}  // namespace cameo::directory
