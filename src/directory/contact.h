#pragma once

#include <string>
#include <vector>

namespace cameo::directory {

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
    std::string id;                // opaque, with regard to letter case; unique in the tenant
    std::string parent_folder_id;  // ContactFolder::id; the mailbox's default folder at first
    std::string display_name;
    std::string given_name;
    std::string surname;
    std::string job_title;
    std::string company_name;
    std::string mobile_phone;
    std::vector<std::string> business_phones;
    std::vector<EmailAddress> email_addresses;

    bool operator==(const Contact&) const = default;
};

// A folder of a person's address book. The default folder is no object: it is always there, is
// every other folder's farthest parent, and has the id that default_folder_id gives.
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

}  // namespace cameo::directory
