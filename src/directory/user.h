#pragma once

#include <string>
#include <vector>

#include "base/owner.h"

namespace cameo::directory {

// A person. Members are Graph's properties of the same name (contract section 7); empty means null.
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
    std::vector<std::string> business_phones;
    bool account_enabled = true;
    PhotoStorage photo_storage = PhotoStorage::mailbox;

    bool operator==(const User&) const = default;
};

}  // namespace cameo::directory
